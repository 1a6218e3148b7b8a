import { type At, type Evidence, type Needs, paceOf } from "@kota/attention";
import { abortable } from "@kota/runtime";
import type { TimeSeriesStore } from "@kota/time-series";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The last day of a series is asked for again after this. */
const GOOD_MS = 10 * MINUTE;
/** Questions to the store in one look, so that a look is short; what is left is asked in the next one. */
const MOST_QUESTIONS = 60;

interface Series {
  readonly device: string;
  readonly metric: string;
}

/** What the store says about the last day of what stands out, kept for a while. */
export interface GatheredEvidence extends Evidence {
  /** Hourly means of the last day. */
  hours(device: string, metric: string): readonly At[] | undefined;
  /** Asks for what is missing or old. Rejects when the store does not answer; what it has stays. */
  gather(needs: Needs, hours: readonly Series[], now: number, signal: AbortSignal): Promise<void>;
}

export function createEvidence(store: Pick<TimeSeriesStore, "series" | "countReadings">): GatheredEvidence {
  const days = new Map<string, { readonly askedAt: number; readonly points: readonly At[] }>();
  const paces = new Map<string, { readonly lastSeen: string; readonly paceMs: number }>();
  const keyOf = ({ device, metric }: Series, stepMs: number) => `${stepMs}/${metric}/${device}`;

  async function askDay(series: Series, stepMs: number, now: number, signal: AbortSignal): Promise<void> {
    const from = Math.floor((now - DAY) / HOUR) * HOUR;
    const day = { ...series, from, to: now + 1, stepMs, limit: 1_000 };
    const points = await abortable(store.series(day), signal);
    days.set(keyOf(series, stepMs), {
      askedAt: now,
      points: points.map(({ time, mean }) => ({ time, value: mean })),
    });
  }

  async function askPace(device: string, lastSeen: string, signal: AbortSignal): Promise<void> {
    const to = Date.parse(lastSeen) + 1;
    const count = await abortable(store.countReadings({ device, from: to - DAY, to }), signal);
    paces.set(device, { lastSeen, paceMs: paceOf(count) });
  }

  return {
    day: (device, metric) =>
      days.get(keyOf({ device, metric }, metric === "fill_level" ? 10 * MINUTE : HOUR))?.points,
    pace: (device) => paces.get(device)?.paceMs,
    hours: (device, metric) => days.get(keyOf({ device, metric }, HOUR))?.points,
    async gather({ bins, air, quiet }, hours, now, signal) {
      const wanted = new Set<string>();
      const questions: { readonly age: number; ask(): Promise<void> }[] = [];
      const want = (series: Series, stepMs: number) => {
        const key = keyOf(series, stepMs);
        if (wanted.has(key)) return;
        wanted.add(key);
        const age = now - (days.get(key)?.askedAt ?? Number.NEGATIVE_INFINITY);
        if (age >= GOOD_MS) questions.push({ age, ask: () => askDay(series, stepMs, now, signal) });
      };
      for (const series of bins) want(series, 10 * MINUTE);
      for (const series of [...air, ...hours]) want(series, HOUR);
      for (const { device, lastSeen } of quiet) {
        if (paces.get(device)?.lastSeen === lastSeen) continue;
        questions.push({ age: Number.POSITIVE_INFINITY, ask: () => askPace(device, lastSeen, signal) });
      }
      for (const key of days.keys()) if (!wanted.has(key)) days.delete(key);
      const isQuiet = new Set(quiet.map(({ device }) => device));
      for (const device of paces.keys()) if (!isQuiet.has(device)) paces.delete(device);
      // What is not known at all comes first, the most pressing of it first.
      questions.sort((a, b) => (a.age === b.age ? 0 : b.age - a.age));
      for (const { ask } of questions.slice(0, MOST_QUESTIONS)) {
        if (signal.aborted) return;
        await ask();
      }
    },
  };
}
