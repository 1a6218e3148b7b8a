import { readFileSync } from "node:fs";
import { type City, CitySettings, type Device } from "@kota/model";

const KINDS = ["air", "air", "noise", "meter", "bin"];
const AREAS = ["east", "west"];

function device(id: string, kind: string, area: string | null): Device {
  return {
    id,
    name: id,
    kind,
    adapter: null,
    nativeId: null,
    area,
    lat: null,
    lon: null,
    origin: "simulated",
    attribution: null,
  };
}

/** Two areas with one of everything, and a device in no area; scored by the model of the example city. */
export const CITY: City = {
  settings: CitySettings.parse({
    name: "Simulated",
    timeZone: "Etc/UTC",
    mqtt: { subscribe: ["kota/v1/#"] },
  }),
  areas: {
    type: "FeatureCollection",
    features: AREAS.map((id, n) => ({
      type: "Feature",
      properties: { id, name: id, population: 1000 * (n + 1) },
      geometry: { type: "Polygon", coordinates: [] },
    })),
  },
  devices: [
    ...AREAS.flatMap((area) => KINDS.map((kind, n) => device(`${kind}-${area}-${n}`, kind, area))),
    device("somewhere", "bin", null),
  ],
  scoreModel: readFileSync(new URL("../../../infra/example-city/scores.yaml", import.meta.url), "utf8"),
};
