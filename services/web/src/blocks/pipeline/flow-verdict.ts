import type { Status } from "../../api-types.ts";
import { shownLength } from "../../format/format.ts";

export interface Verdict {
  readonly tone: "ok" | "warn" | "bad";
  readonly word: string;
  readonly sentence: string;
}

const STARTING_MS = 90_000;
const SILENCE_MS = 5 * 60_000;
/**
 * The group of the score stage commits the oldest reading of its open windows, not the newest one it used: what stands
 * behind that is kept to be read again after a restart, and is no delay.
 */
const HOLDS_WINDOWS = "kota.score";

/** Whether what a group has not committed is waiting for it. */
export function isWaiting({ group }: { readonly group: string }): boolean {
  return group !== HOLDS_WINDOWS;
}

/** More than about a minute of a busy city. */
const LONG_LAG = 5000;

/** The answer to 'is data flowing?', the worst finding first. */
export function flowVerdict(status: Status, now: number): Verdict {
  const { newestReading, reasons } = status;
  const up = now - Date.parse(status.startedAt);
  if (!status.ready) {
    return {
      tone: up < STARTING_MS ? "warn" : "bad",
      word: up < STARTING_MS ? "Starting." : "Not ready.",
      sentence: reasons.length > 0 ? reasons.join("; ") : "kota has not said why.",
    };
  }
  if (newestReading === null) {
    return up < STARTING_MS
      ? { tone: "warn", word: "Starting.", sentence: "The first readings are on their way." }
      : {
          tone: "bad",
          word: "No.",
          sentence:
            "No reading has come since kota started. Look at the rejections, and at what publishes to the broker.",
        };
  }
  const silent = now - Date.parse(newestReading.receivedAt);
  if (silent > SILENCE_MS) {
    return { tone: "bad", word: "No.", sentence: `The newest reading came ${shownLength(silent)} ago.` };
  }
  const behind = status.lag
    .filter((entry) => isWaiting(entry) && entry.lag > LONG_LAG)
    .map(({ group }) => group);
  if (behind.length > 0) {
    return { tone: "warn", word: "Yes, but late.", sentence: `${behind.join(", ")} is behind.` };
  }
  return { tone: "ok", word: "Yes.", sentence: "Readings come in, are stored and scored." };
}
