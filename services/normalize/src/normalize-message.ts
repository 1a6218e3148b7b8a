import { type Adapter, type Announcements, createDecoder } from "@kota/adapters";
import { type City, IMPORT_SOURCE, type Message, type Reading, type Rejection } from "@kota/model";
import { checkTime, checkValues } from "./check-reading.ts";
import { createRegistry, type Registry } from "./registry.ts";
import { type RejectionCause, rejectionOf } from "./rejection-of.ts";

/** What becomes of a message: readings, or one rejection, never both. */
export type Normalized =
  | { readonly readings: readonly Reading[]; readonly rejection: null; readonly adapter: string }
  | { readonly readings: null; readonly rejection: Rejection; readonly adapter: string | null };

export interface NormalizerOptions {
  /** The registry at each moment; default: the devices of the city. */
  readonly registryNow?: () => Registry;
  /** What devices announced; default: nothing yet, kept in memory. */
  readonly announcements?: Announcements;
}

/**
 * The same message gives the same, whenever and however often it is read from the log, as long as the registry is the same
 * and the same announcements came before it.
 * @throws KotaError `city_invalid` when the registry contradicts itself.
 */
export function createNormalizer(
  city: Pick<City, "settings" | "devices">,
  adapters: readonly Adapter[],
  options: NormalizerOptions = {},
): (message: Message) => Normalized {
  const { limits, timeZone } = city.settings;
  const importLimits = { ...limits, maxAgeDays: Number.POSITIVE_INFINITY };
  const decoder = createDecoder(adapters, {
    timeZone,
    ...(options.announcements ? { announcements: options.announcements } : {}),
  });
  const current = options.registryNow ?? constant(createRegistry(city));
  const idOf = new Map(adapters.map((adapter) => [adapter.label, adapter.id]));

  function reject(message: Message, cause: RejectionCause): Normalized {
    return { readings: null, rejection: rejectionOf(message, cause), adapter: cause.adapter };
  }

  return (message) => {
    const registry = current();
    const outcome = decoder.decode(message);
    const { adapter } = outcome;
    const { receivedAt, topic } = message;
    const adapterId = adapter === null ? "" : (idOf.get(adapter) ?? "");
    if (!outcome.ok) {
      const { code, reason, device: native } = outcome;
      const device = native && (registry.resolve(adapterId, native, undefined, topic).id ?? native);
      return reject(message, { code, reason, adapter, device });
    }
    const timeLimits = message.source === IMPORT_SOURCE ? importLimits : limits;
    const readings: Reading[] = [];
    for (const { device: native, channel, time: stated, values } of outcome.readings) {
      const { id: device, reason } = registry.resolve(adapterId, native, channel, topic);
      if (device === null) {
        return reject(message, { code: "unknown_device", reason, adapter, device: native });
      }
      const time = stated ?? receivedAt;
      const fault = checkTime(time, receivedAt, timeLimits) ?? checkValues(values);
      if (fault !== null) return reject(message, { ...fault, adapter, device });
      readings.push({ device, time, values, adapter: outcome.adapter, receivedAt });
    }
    return { readings, rejection: null, adapter: outcome.adapter };
  };
}

function constant<T>(value: T): () => T {
  return () => value;
}
