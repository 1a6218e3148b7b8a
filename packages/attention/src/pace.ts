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

const groupOf = ({ kind, adapter, origin }: WatchedDevice): string => JSON.stringify([kind, adapter, origin]);

/** How often the devices like it send, milliseconds, by looking at all of them at one moment. */
export type PeerPace = (device: WatchedDevice) => number;

/**
 * The pace of devices of one kind, adapter and origin. At any moment the ages of their newest readings lie evenly
 * between nothing and their pace, so the pace is about twice the median age.
 */
export function peerPaces(devices: readonly WatchedDevice[], now: number): PeerPace {
  const ages = new Map<string, number[]>();
  for (const device of devices) {
    if (device.lastSeen === null || device.retired) continue;
    const age = Math.max(0, now - Date.parse(device.lastSeen));
    const those = ages.get(groupOf(device));
    if (those === undefined) ages.set(groupOf(device), [age]);
    else those.push(age);
  }
  const paces = new Map<string, number>();
  for (const [group, those] of ages) {
    if (those.length < LEAST_PEERS) continue;
    those.sort((a, b) => a - b);
    paces.set(group, 2 * (those[Math.floor((those.length - 1) / 2)] ?? 0));
  }
  return (device) => paces.get(groupOf(device)) ?? UNKNOWN_PACE_MS;
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
