import { defineBytesAdapter } from "../adapter.ts";
import { cayenneReadings } from "../cayenne-lpp.ts";

export const cayenneLpp = defineBytesAdapter({
  id: "cayenne-lpp",
  title: "Cayenne Low Power Payload",
  version: 1,
  source: "https://docs.mydevices.com/docs/lorawan/cayenne-lpp",
  claims: { topics: ["cayenne-lpp/+"] },
  decode: (payload, { message: { topic } }) =>
    cayenneReadings(payload, topic.slice(topic.lastIndexOf("/") + 1), null),
});
