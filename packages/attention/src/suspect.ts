import type { SuspectFlag } from "@kota/model";
import type { WatchedDevice } from "./watched-device.ts";

/** What speaks against one sensor of a device. Times are Unix milliseconds. */
export interface Suspect {
  readonly device: string;
  readonly flag: SuspectFlag;
  /** Null: it is about the device as a whole. */
  readonly metric: string | null;
  /** So many readings are flagged, or messages refused. */
  readonly count: number;
  /** Of so many; null: not known. */
  readonly of: number | null;
  /** The newest flagged value, in the metric's unit; of `neighbours`, what it measures. */
  readonly value: number | null;
  /** Of `neighbours`: what they measure. */
  readonly limit: number | null;
  /** Of the newest reading or message that counts against it. */
  readonly time: number;
  readonly since: number;
}

export interface SuspectFinding {
  readonly kind: "suspect";
  readonly id: string;
  readonly device: WatchedDevice;
  readonly severity: 2 | 1;
  readonly excess: number;
  readonly suspect: Suspect;
}

/** A sensor of which most counts for nothing is soon to be looked after; what may be a spike or the truth is to be watched. */
export function suspectFinding(suspect: Suspect, device: WatchedDevice): SuspectFinding {
  const share = suspect.of === null ? 1 : suspect.count / suspect.of;
  const isWatch =
    suspect.flag === "neighbours" ||
    suspect.flag === "impossible" ||
    (share < 0.5 && suspect.flag !== "stuck");
  return {
    kind: "suspect",
    id: `suspect:${suspect.metric ?? aboutOf(suspect.flag)}:${device.id}`,
    device,
    severity: isWatch ? 1 : 2,
    excess: share,
    suspect,
  };
}

/** A clock that is ahead on one day and behind on the next is one trouble. */
function aboutOf(flag: SuspectFlag): string {
  return flag.startsWith("clock") ? "clock" : flag;
}
