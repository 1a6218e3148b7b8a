import { type Adapter, createDecoder } from "@kota/adapters";
import type { City, Message, Reading, Rejection } from "@kota/model";
import { checkTime, checkValues } from "./check-reading.ts";
import { createRegistry } from "./registry.ts";
import { type RejectionCause, rejectionOf } from "./rejection-of.ts";

/** What becomes of a message: readings, or one rejection, never both. */
export type Normalized =
  | { readonly readings: readonly Reading[]; readonly rejection: null; readonly adapter: string }
  | { readonly readings: null; readonly rejection: Rejection; readonly adapter: string | null };

/**
 * Pure: the same message gives the same, whenever and however often it is read from the log.
 * @throws KotaError `city_invalid` when the registry contradicts itself.
 */
export function createNormalizer(
  city: Pick<City, "settings" | "devices">,
  adapters: readonly Adapter[],
): (message: Message) => Normalized {
  const { limits, timeZone } = city.settings;
  const decoder = createDecoder(adapters, { timeZone });
  const registry = createRegistry(city);
  const idOf = new Map(adapters.map((adapter) => [adapter.label, adapter.id]));

  function reject(message: Message, cause: RejectionCause): Normalized {
    return { readings: null, rejection: rejectionOf(message, cause), adapter: cause.adapter };
  }

  return (message) => {
    const outcome = decoder.decode(message);
    const { adapter } = outcome;
    const { receivedAt, topic } = message;
    const adapterId = adapter === null ? "" : (idOf.get(adapter) ?? "");
    if (!outcome.ok) {
      const { code, reason, device: native } = outcome;
      const device = native && (registry.resolve(adapterId, native, undefined, topic).id ?? native);
      return reject(message, { code, reason, adapter, device });
    }
    const readings: Reading[] = [];
    for (const { device: native, channel, time: stated, values } of outcome.readings) {
      const { id: device, reason } = registry.resolve(adapterId, native, channel, topic);
      if (device === null) {
        return reject(message, { code: "unknown_device", reason, adapter, device: native });
      }
      const time = stated ?? receivedAt;
      const fault = checkTime(time, receivedAt, limits) ?? checkValues(values);
      if (fault !== null) return reject(message, { ...fault, adapter, device });
      readings.push({ device, time, values, adapter: outcome.adapter, receivedAt });
    }
    return { readings, rejection: null, adapter: outcome.adapter };
  };
}
