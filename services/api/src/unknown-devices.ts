import type { Rejection } from "@kota/model";
import type { TimeRange, TimeSeriesStore } from "@kota/time-series";
import type { DeviceRegistry } from "./device-registry.ts";
import { adapterIdOf } from "./replay.ts";
import type { ReplayBook } from "./replay-book.ts";

/** A device that sends and is not in the registry. */
export interface UnknownDevice {
  /** The id that it has in its messages. */
  readonly native: string;
  /** The adapter that understands it. */
  readonly adapter: string;
  /** The topic of its newest rejected message. */
  readonly topic: string;
  /** Why its newest message was rejected. */
  readonly reason: string;
  /** Rejected messages that are not settled. */
  readonly messages: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** An id that it could be registered under; null: it is registered already, and only its messages wait. */
  readonly suggestedId: string | null;
  /** The id that it is registered under by now. */
  readonly registeredAs: string | null;
}

export interface UnknownDevices {
  /** The one that sends most first. */
  readonly devices: readonly UnknownDevice[];
  /** How many rejections were looked at, the newest; older ones were not when `complete` is false. */
  readonly scanned: number;
  readonly complete: boolean;
}

const PAGE = 500;
const MOST = 50_000;

/** From the rejections `unknown_device`, the newest 50,000 of the range. */
export async function listUnknownDevices(
  deps: { readonly store: TimeSeriesStore; readonly registry: DeviceRegistry; readonly book: ReplayBook },
  query: Partial<TimeRange> & { readonly device?: string },
): Promise<UnknownDevices> {
  const { store, registry, book } = deps;
  const found = new Map<string, { newest: Rejection; native: string; messages: number; firstSeen: number }>();
  let scanned = 0;
  let last: Rejection | undefined;
  let complete = false;
  while (!complete && scanned < MOST) {
    const page: readonly Rejection[] = await store.rejections({
      ...query,
      code: "unknown_device",
      ...(last ? { before: { time: last.time, id: last.id } } : {}),
      limit: PAGE,
    });
    for (const rejection of page) {
      const { device: native, adapter } = rejection;
      if (native === null || adapter === null || book.isSettled(rejection.id)) continue;
      const key = `${adapterIdOf(adapter)}/${native}`;
      const known = found.get(key);
      if (known) {
        known.messages++;
        known.firstSeen = rejection.time;
      } else {
        found.set(key, { newest: rejection, native, messages: 1, firstSeen: rejection.time });
      }
    }
    scanned += page.length;
    last = page.at(-1);
    complete = page.length < PAGE;
  }
  const registered = registeredNatives(registry);
  const devices = Array.from(found.values(), ({ newest, native, messages, firstSeen }): UnknownDevice => {
    const adapter = adapterIdOf(newest.adapter ?? "");
    const registeredAs = registered.get(`${adapter}/${native}`) ?? registered.get(`/${native}`) ?? null;
    return {
      native,
      adapter,
      topic: newest.topic,
      reason: newest.reason,
      messages,
      firstSeen,
      lastSeen: newest.time,
      suggestedId: registeredAs === null ? suggestedId(native, registry) : null,
      registeredAs,
    };
  });
  devices.sort((a, b) => b.messages - a.messages || (a.native < b.native ? -1 : 1));
  return { devices, scanned, complete };
}

/** Registered ids by `<adapter>/<native id>`; an empty adapter means any. */
function registeredNatives(registry: DeviceRegistry): ReadonlyMap<string, string> {
  return new Map(
    Array.from(registry.devices.values(), ({ id, adapter, nativeId }) => [
      `${adapter ?? ""}/${nativeId ?? id}`,
      id,
    ]),
  );
}

/** The native id with what an id cannot have replaced, and a number behind it when another device has that. */
function suggestedId(native: string, registry: DeviceRegistry): string {
  const plain =
    native
      .replace(/[^\w.:-]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 110) || "device";
  let id = plain;
  for (let n = 2; registry.devices.has(id) || RESERVED_IDS.has(id); n++) id = `${plain}-${n}`;
  return id;
}

/** Ids that are paths of the API. */
export const RESERVED_IDS: ReadonlySet<string> = new Set(["unknown"]);
