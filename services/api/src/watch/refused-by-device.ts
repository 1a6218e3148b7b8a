import type { Suspect, WatchedDevice } from "@kota/attention";
import type { Rejection, RejectionCode, SuspectFlag } from "@kota/model";
import { HOUR_MS } from "@kota/scoring";

/** What is refused for a reason that lies in the device itself, and no adapter can repair. */
const FLAGS: Readonly<Partial<Record<RejectionCode, SuspectFlag>>> = {
  time_in_future: "clock_ahead",
  time_too_old: "clock_behind",
  time_invalid: "clock_unreadable",
  value_out_of_range: "impossible",
};

/** One message may have been damaged on its way, or belong to somebody's test. Editorial. */
const LEAST = 3;
const MOST = 1_000;

/** What was refused of each device in the last hour; of no other devices anything is kept. */
export interface RefusedByDevice {
  take(rejection: Rejection): void;
  suspects(devices: readonly WatchedDevice[], now: number): readonly Suspect[];
}

interface Refused {
  readonly id: string;
  readonly time: number;
  readonly count: number;
}

export function createRefusedByDevice(): RefusedByDevice {
  const byDevice = new Map<string, Map<SuspectFlag, Refused[]>>();
  return {
    take({ id, device, code, time, count = 1 }) {
      const flag = FLAGS[code];
      if (flag === undefined || device === null) return;
      let byFlag = byDevice.get(device);
      if (byFlag === undefined) {
        byFlag = new Map();
        byDevice.set(device, byFlag);
      }
      const refused = byFlag.get(flag) ?? [];
      byFlag.set(flag, refused);
      // What was stored and is told of by the log too.
      if (refused.some((one) => one.id === id)) return;
      refused.push({ id, time, count });
      if (refused.length > MOST) refused.shift();
    },
    suspects(devices, now) {
      const lastSeen = new Map(devices.map((device) => [device.id, device.lastSeen]));
      const suspects: Suspect[] = [];
      for (const [device, byFlag] of byDevice) {
        const seen = lastSeen.get(device);
        for (const [flag, refused] of byFlag) {
          const recent = refused.filter(({ time }) => time >= now - HOUR_MS);
          if (recent.length < refused.length) byFlag.set(flag, recent);
          if (recent.length === 0) {
            byFlag.delete(flag);
            continue;
          }
          const count = recent.reduce((sum, one) => sum + one.count, 0);
          const times = recent.map(({ time }) => time);
          const [since, time] = [Math.min(...times), Math.max(...times)];
          // Whoever is not known cannot fill the work list.
          if (seen === undefined) continue;
          // Of a device that sends once an hour, the one message is all there is.
          const isAll = seen === null || Date.parse(seen) < since;
          if (count < LEAST && !isAll) continue;
          suspects.push({
            device,
            flag,
            metric: null,
            count,
            of: isAll ? count : null,
            value: null,
            limit: null,
            time,
            since,
          });
        }
        if (byFlag.size === 0) byDevice.delete(device);
      }
      return suspects;
    },
  };
}
