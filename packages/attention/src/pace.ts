import type { WatchedDevice } from "./watched-device.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

/** No device counts as quiet before this, however fast it usually is. */
const LEAST_MS = 10 * MINUTE;
/** The pace of a group that is too small to tell its own. */
const UNKNOWN_PACE_MS = 15 * MINUTE;
const LEAST_PEERS = 5;
/** Quiet is a first look, made from the devices like it; silent is sure, made from the device's own past. */
const QUIET_PACES = 4;
const SILENT_PACES = 6;

export type Health = "reporting" | "quiet" | "never" | "retired";

/** How often the devices like it send, milliseconds, by looking at all of them at one moment. */
export type PeerPace = (device: WatchedDevice) => number;

/**
 * The pace of devices of one kind, adapter and origin. At any moment the ages of their newest readings lie evenly
 * between nothing and their pace, so the pace is about twice the median age.
 */
export function peerPaces(devices: readonly WatchedDevice[], now: number): PeerPace {
  const groups: Group[] = [];
  const groupOf = createGrouping(groups);
  for (const device of devices) {
    if (device.lastSeen === null || device.retired) continue;
    groupOf(device).ages.push(Math.max(0, now - Date.parse(device.lastSeen)));
  }
  for (const group of groups) {
    const { ages } = group;
    if (ages.length < LEAST_PEERS) continue;
    ages.sort((a, b) => a - b);
    group.paceMs = 2 * (ages[Math.floor((ages.length - 1) / 2)] ?? 0);
  }
  return (device) => groupOf(device).paceMs;
}

interface Group {
  readonly ages: number[];
  paceMs: number;
}

type Key = string | null;

/** One group for each kind, adapter and origin, without a key that has to be made for every device. */
function createGrouping(groups: Group[]): (device: WatchedDevice) => Group {
  const byKind = new Map<Key, Map<Key, Map<Key, Group>>>();
  return ({ kind, adapter, origin }) => {
    const byAdapter = among(byKind, kind, () => new Map<Key, Map<Key, Group>>());
    const byOrigin = among(byAdapter, adapter, () => new Map<Key, Group>());
    return among(byOrigin, origin, () => {
      const group = { ages: [], paceMs: UNKNOWN_PACE_MS };
      groups.push(group);
      return group;
    });
  };
}

function among<T>(those: Map<Key, T>, key: Key, make: () => T): T {
  let one = those.get(key);
  if (one === undefined) {
    one = make();
    those.set(key, one);
  }
  return one;
}

/** Whether a device reports, at first sight. */
export function healthOf(device: WatchedDevice, peerPace: PeerPace, now: number): Health {
  if (device.retired) return "retired";
  if (device.lastSeen === null) return "never";
  const age = now - Date.parse(device.lastSeen);
  return age > Math.max(LEAST_MS, QUIET_PACES * peerPace(device)) ? "quiet" : "reporting";
}

/** The usual pace of a device that sent `count` readings in a day; a single one is a pace of a day. Milliseconds. */
export function paceOf(count: number): number {
  return DAY / Math.max(1, count);
}

/** Whether a device has been silent for long, measured by its own pace. */
export function isSilent(ageMs: number, paceMs: number): boolean {
  return ageMs > Math.max(LEAST_MS, SILENT_PACES * paceMs);
}
