import type { Status } from "../../api-types.ts";

/** The answer, and why: the names of sentences in the languages of the page. */
export interface Verdict {
  readonly tone: "ok" | "warn" | "bad";
  readonly word: "yes" | "late" | "no" | "starting" | "notReady";
  readonly reason:
    | { readonly is: "flowing" | "coming" | "nothing" | "unsaid" }
    | { readonly is: "silent"; readonly ms: number }
    | { readonly is: "behind"; readonly groups: string }
    /** kota's own words, in English. */
    | { readonly is: "said"; readonly sentence: string };
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
      word: up < STARTING_MS ? "starting" : "notReady",
      reason: reasons.length > 0 ? { is: "said", sentence: reasons.join("; ") } : { is: "unsaid" },
    };
  }
  if (newestReading === null) {
    return up < STARTING_MS
      ? { tone: "warn", word: "starting", reason: { is: "coming" } }
      : { tone: "bad", word: "no", reason: { is: "nothing" } };
  }
  const silent = now - Date.parse(newestReading.receivedAt);
  if (silent > SILENCE_MS) {
    return { tone: "bad", word: "no", reason: { is: "silent", ms: silent } };
  }
  const behind = status.lag
    .filter((entry) => isWaiting(entry) && entry.lag > LONG_LAG)
    .map(({ group }) => group);
  if (behind.length > 0) {
    return { tone: "warn", word: "late", reason: { is: "behind", groups: behind.join(", ") } };
  }
  return { tone: "ok", word: "yes", reason: { is: "flowing" } };
}
