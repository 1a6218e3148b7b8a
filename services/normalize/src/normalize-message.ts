import { type Adapter, type Announcements, createDecoder, type PayloadCodec } from "@kota/adapters";
import {
  type City,
  type DevicePosition,
  IMPORT_SOURCE,
  isPlace,
  type Message,
  type Reading,
  type Rejection,
  type Report,
} from "@kota/model";
import type { ReportRules } from "@kota/reports";
import { checkTime, checkValues } from "./check-reading.ts";
import { createRegistry, type Registry } from "./registry.ts";
import { type RejectionCause, rejectionOf } from "./rejection-of.ts";
import { isReportMessage, REPORT_READER, reportsOf } from "./report-message.ts";

/** What becomes of a message: readings, reports, or one rejection. */
export type Normalized =
  | {
      readonly readings: readonly Reading[];
      readonly reports?: readonly Report[];
      /** Where the devices say that they are, of those that may move. */
      readonly positions?: readonly DevicePosition[];
      readonly rejection: null;
      readonly adapter: string;
    }
  | { readonly readings: null; readonly rejection: Rejection; readonly adapter: string | null };

export interface NormalizerOptions {
  /** The registry at each moment; left out: the devices of the city. */
  readonly registryNow?: (() => Registry) | undefined;
  /** The codecs that devices name; left out: there are none. */
  readonly codec?: ((name: string) => PayloadCodec) | undefined;
  /** What earlier messages announced; left out: nothing yet. */
  readonly announcements?: Announcements | undefined;
  /** What a report has to agree with; left out: every report is rejected. */
  readonly reportRules?: ReportRules | undefined;
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
  const { codec, announcements, reportRules } = options;
  const current = options.registryNow ?? constant(createRegistry(city));
  const decoder = createDecoder(adapters, {
    timeZone,
    ...(announcements ? { announcements } : {}),
    ...(codec
      ? {
          codecFor: (adapter, device) => {
            const name = current().codecOf(adapter, device);
            return name === null ? null : codec(name);
          },
        }
      : {}),
  });
  const idOf = new Map(adapters.map((adapter) => [adapter.label, adapter.id]));

  function reject(message: Message, cause: RejectionCause): Normalized {
    return { readings: null, rejection: rejectionOf(message, cause), adapter: cause.adapter };
  }

  function normalizeReport(message: Message): Normalized {
    const outcome = reportsOf(message, reportRules);
    return outcome.ok
      ? { readings: [], reports: outcome.reports, rejection: null, adapter: REPORT_READER }
      : reject(message, { ...outcome, adapter: REPORT_READER, device: null });
  }

  return (message) => {
    if (isReportMessage(message)) return normalizeReport(message);
    const registry = current();
    const outcome = decoder.decode(message);
    const { receivedAt, topic } = message;
    const adapterId = outcome.adapter === null ? "" : (idOf.get(outcome.adapter) ?? "");
    // As builds are written in semantic versions, so that what is before the '+' stays the adapter's.
    const adapter = outcome.codec === undefined ? outcome.adapter : `${outcome.adapter}+${outcome.codec}`;
    if (!outcome.ok) {
      const { code, reason, device: native } = outcome;
      const known = native === null ? null : registry.resolve(adapterId, native, undefined, topic);
      const device = known?.id ?? native;
      if (code === "no_codec" && known?.id === null) {
        // Who registers the device is asked for the codec, too, and has both in one step.
        const unknown = `${known.reason} Only its bytes came: register it with a codec ('kota devices adopt … --codec <name>'), or let the network server decode them.`;
        return reject(message, { code: "unknown_device", reason: unknown, adapter, device });
      }
      return reject(message, { code, reason, adapter, device });
    }
    const timeLimits = message.source === IMPORT_SOURCE ? importLimits : limits;
    const readings: Reading[] = [];
    let positions: DevicePosition[] | undefined;
    for (const { device: native, channel, time: stated, values, position } of outcome.readings) {
      const { id: device, reason } = registry.resolve(adapterId, native, channel, topic);
      if (device === null) {
        return reject(message, { code: "unknown_device", reason, adapter, device: native });
      }
      const time = stated ?? receivedAt;
      const fault = checkTime(time, receivedAt, timeLimits) ?? checkValues(values);
      if (fault !== null) return reject(message, { ...fault, adapter, device });
      readings.push({ device, time, values, adapter: adapter ?? outcome.adapter, receivedAt });
      if (position === undefined || !isPlace(position)) continue;
      // A sensor on a cable is where its device is, which is what the registry has.
      const { id: owner } = registry.resolve(adapterId, native, undefined, topic);
      if (owner === null || !registry.mayMove(owner)) continue;
      positions ??= [];
      positions.push({ device: owner, lat: position.lat, lon: position.lon, time });
    }
    return {
      readings,
      ...(positions ? { positions } : undefined),
      rejection: null,
      adapter: outcome.adapter,
    };
  };
}

function constant<T>(value: T): () => T {
  return () => value;
}
