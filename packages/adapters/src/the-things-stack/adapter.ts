import { z } from "zod";
import { type DecodeContext, type DecodedReading, defineAdapter } from "../adapter.ts";
import { Collector } from "../collector.ts";
import { utcInstant } from "../device-time.ts";
import { excerpt } from "../explain.ts";
import { anyObject, isObject, member } from "../json.ts";
import { type LorawanNames, takeLorawanPayload } from "../lorawan-payload.ts";
import { addRadio } from "../lorawan-radio.ts";
import { refuse } from "../refusal.ts";
import { topicLevel } from "../topic-level.ts";

const Uplink = z.object({
  end_device_ids: z.object({ device_id: z.string().min(1) }).optional(),
  uplink_message: z.object({
    f_port: z.number().optional(),
    frm_payload: z.string().optional(),
    decoded_payload: anyObject.optional(),
    received_at: z.string().optional(),
    rx_metadata: z
      .array(
        z.object({ time: z.string().optional(), rssi: z.number().optional(), snr: z.number().optional() }),
      )
      .optional(),
    locations: z
      .record(z.string(), z.object({ latitude: z.number().optional(), longitude: z.number().optional() }))
      .optional(),
  }),
});
type Uplink = z.infer<typeof Uplink>;

/** An uplink as MQTT and webhooks send it, as an event of the console wraps it, as the storage integration wraps it. */
const Payload = z.union([
  Uplink,
  z.object({ name: z.literal("as.up.data.forward"), data: Uplink }).transform((event) => event.data),
  z.object({ result: Uplink }).transform((stored) => stored.result),
]);

const MINUTE = 60_000;
const DAY = 86_400_000;

export const theThingsStack = defineAdapter({
  id: "the-things-stack",
  title: "The Things Stack uplink",
  version: 3,
  source: "https://www.thethingsindustries.com/docs/integrations/data-formats/",
  claims: {
    topics: ["v3/+/devices/+/up"],
    shape: (json) =>
      isObject(json) &&
      (isObject(member(json, "uplink_message")) ||
        member(json, "name") === "as.up.data.forward" ||
        isUplink(member(json, "result"))),
    silent: {
      "v3/+/devices/+/up/normalized":
        "The message repeats, normalized, what the uplink on the topic …/up says; that one is used.",
      "v3/+/devices/+/join": "The message says that the device joined the network; it holds no measurement.",
      "v3/+/devices/+/down/+": "The message tells of a downlink; it holds no measurement.",
      "v3/+/devices/+/service/data":
        "The message comes from an application package; uplinks hold the measurements.",
      "v3/+/devices/+/location/solved": "The message is a position; it holds no measurement.",
    },
  },
  schema: Payload,
  decode: decodeUplink,
});

function isUplink(json: unknown): boolean {
  return isObject(json) && isObject(member(json, "uplink_message"));
}

const NAMES: LorawanNames = {
  decoded: "uplink_message.decoded_payload",
  raw: "uplink_message.frm_payload",
  fPort: "f_port",
  remedy: "give the device a payload formatter at The Things Stack",
};

function decodeUplink(uplink: Uplink, context: DecodeContext): readonly DecodedReading[] {
  const { message } = context;
  const { uplink_message: up } = uplink;
  const device = uplink.end_device_ids?.device_id ?? topicLevel(message.topic, 3);
  if (device === "") refuse("schema_mismatch", "end_device_ids.device_id is missing: expected a text.");
  const received = up.received_at === undefined ? null : instant(up.received_at, "received_at", device);
  const collector = new Collector(device, uplinkTime(up, received, device), positionOf(up));
  const payload = {
    decoded: up.decoded_payload,
    raw: up.frm_payload,
    fPort: up.f_port,
    recvTime: received ?? message.receivedAt,
  };
  takeLorawanPayload(collector, payload, NAMES, device, context);
  addRadio(collector, up.rx_metadata);
  return collector.readings();
}

/**
 * When the earliest gateway heard it. A gateway whose clock is off by more than a day, or ahead of the network server,
 * is not believed; without any the network server's receive time stands.
 */
function uplinkTime(up: Uplink["uplink_message"], received: number | null, device: string): number | null {
  let earliest: number | null = null;
  for (const { time } of up.rx_metadata ?? []) {
    if (time === undefined) continue;
    const heard = instant(time, "rx_metadata.time", device);
    if (received !== null && (heard > received + MINUTE || heard < received - DAY)) continue;
    if (earliest === null || heard < earliest) earliest = heard;
  }
  return earliest ?? received;
}

function instant(text: string, field: string, device: string): number {
  return (
    utcInstant(text) ??
    refuse(
      "time_invalid",
      `uplink_message.${field}: expected an ISO 8601 time, came the text "${excerpt(text, 40)}".`,
      device,
    )
  );
}

function positionOf(up: Uplink["uplink_message"]): DecodedReading["position"] {
  for (const { latitude, longitude } of Object.values(up.locations ?? {})) {
    if (latitude !== undefined && longitude !== undefined) return { lat: latitude, lon: longitude };
  }
  return undefined;
}
