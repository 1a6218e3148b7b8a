import { isObject, member } from "./json.ts";

interface Known {
  readonly is: (json: unknown) => boolean;
  readonly why: string;
}

/** Formats of a city that are no measurements of devices, so that no adapter takes them. */
const KNOWN: readonly Known[] = [
  {
    is: (json) => {
      const list = isObject(json) ? (member(json, "service_requests") ?? json) : json;
      const first: unknown = Array.isArray(list) ? list[0] : list;
      return isObject(first) && Object.hasOwn(first, "service_request_id");
    },
    why: "These are Open311 service requests: cases of citizens, not measurements of a device. How many there are in one response depends on what was asked for, so that a count of them would be no reading.",
  },
];

/** Why a payload of a known format is no reading; null: it is of none of them. */
export function whyNoMeasurement(json: unknown): string | null {
  return KNOWN.find(({ is }) => is(json))?.why ?? null;
}
