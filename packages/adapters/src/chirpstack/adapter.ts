import { z } from "zod";
import { defineAdapter } from "../adapter.ts";
import { Collector } from "../collector.ts";
import { utcInstant } from "../device-time.ts";
import { excerpt } from "../explain.ts";
import { anyObject, isObject, member } from "../json.ts";
import { type LorawanNames, takeLorawanPayload } from "../lorawan-payload.ts";
import { addRadio } from "../lorawan-radio.ts";
import { refuse } from "../refusal.ts";

/** The events `up` and `status`, as far as they hold values. */
const Event = z.object({
  time: z.string().optional(),
  deviceInfo: z.object({ devEui: z.string().min(1) }),
  fPort: z.number().optional(),
  data: z.string().optional(),
  object: anyObject.nullish(),
  rxInfo: z.array(z.object({ rssi: z.number().optional(), snr: z.number().optional() })).optional(),
  batteryLevel: z.number().optional(),
  batteryLevelUnavailable: z.boolean().optional(),
  externalPowerSource: z.boolean().optional(),
});
type Event = z.infer<typeof Event>;

export const chirpstack = defineAdapter({
  id: "chirpstack",
  title: "ChirpStack v4 event",
  version: 3,
  source: "https://www.chirpstack.io/docs/chirpstack/integrations/events.html",
  claims: {
    topics: ["application/+/device/+/event/up", "application/+/device/+/event/status"],
    shape: (json) =>
      isObject(json) && isObject(member(json, "deviceInfo")) && Object.hasOwn(json, "deduplicationId"),
    silent: {
      "application/+/device/+/event/join":
        "The message says that the device joined the network; it holds no measurement.",
      "application/+/device/+/event/ack":
        "The message says that the device confirmed a downlink; it holds no measurement.",
      "application/+/device/+/event/txack":
        "The message says that a gateway sent a downlink; it holds no measurement.",
      "application/+/device/+/event/log":
        "The message is a line of the network server's log; it holds no measurement.",
      "application/+/device/+/event/location": "The message is a position; it holds no measurement.",
      "application/+/device/+/event/integration":
        "The message is the answer of another service; uplinks hold the measurements.",
    },
  },
  schema: Event,
  decode(event, context) {
    const device = event.deviceInfo.devEui;
    const time = timeOf(event, device);
    const collector = new Collector(device, time);
    const decoded = event.object ?? undefined;
    if (decoded === undefined && !event.data && event.batteryLevel !== undefined) {
      // A mains device reports no level, and one whose level is not known writes 0.
      if (!event.batteryLevelUnavailable && !event.externalPowerSource)
        collector.set("battery", event.batteryLevel);
      return collector.readings();
    }
    const payload = {
      decoded,
      raw: event.data,
      fPort: event.fPort,
      recvTime: time ?? context.message.receivedAt,
    };
    takeLorawanPayload(collector, payload, NAMES, device, context);
    addRadio(collector, event.rxInfo);
    return collector.readings();
  },
});

const NAMES: LorawanNames = {
  decoded: "object",
  raw: "data",
  fPort: "fPort",
  remedy: "give its device profile a codec at ChirpStack",
};

function timeOf(event: Event, device: string): number | null {
  if (event.time === undefined) return null;
  return (
    utcInstant(event.time) ??
    refuse(
      "time_invalid",
      `time: expected an ISO 8601 time, came the text "${excerpt(event.time, 40)}".`,
      device,
    )
  );
}
