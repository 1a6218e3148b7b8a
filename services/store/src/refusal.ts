import { createHash } from "node:crypto";
import { READINGS } from "@kota/event-log";
import type { Rejection } from "@kota/model";
import type { Refusal } from "@kota/time-series";

/**
 * What becomes of a reading that the store will never take: a rejection that holds the reading itself, as JSON. A reading
 * no longer knows its MQTT topic, so the log's topic stands in its place.
 */
export function rejectionOf({ reading, reason }: Refusal): Rejection {
  const payload = Buffer.from(JSON.stringify(reading));
  return {
    id: createHash("sha256").update("store/store_refused/").update(payload).digest("base64url"),
    time: reading.receivedAt,
    stage: "store",
    code: "store_refused",
    reason: `The time series refused the reading of ${reading.device}: ${reason}`,
    topic: READINGS.name,
    source: "log",
    payload: payload.toString("base64"),
    size: payload.length,
    adapter: reading.adapter,
    device: reading.device,
  };
}
