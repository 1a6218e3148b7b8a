import type { SeriesWindow } from "../series-window.ts";
import { hourOf } from "../summary.ts";
import type { QualityRules } from "./rules.ts";

/** How far back it takes to say which hours are stuck in a window that begins at `from`: a full hour. */
export function firstLookedAt(from: number, forMs: number): number {
  return hourOf(hourOf(from) - forMs);
}

/**
 * Starts of the hours in [from, to) in which a series is stuck: every reading of them, and of the hours around them, has
 * one and the same value, for at least as long and as many readings as the rule says. `from` is a full hour. Undefined: none.
 */
export function stuckHours(
  series: SeriesWindow,
  from: number,
  to: number,
  { forMs, readings }: NonNullable<QualityRules["stuck"]>,
): ReadonlySet<number> | undefined {
  if (!series.mayHaveFlatHour(from, to)) return undefined;
  let stuck: Set<number> | undefined;
  let run: number[] = [];
  let value = Number.NaN;
  let since = 0;
  let until = 0;
  let count = 0;
  const endRun = () => {
    if (until - since >= forMs && count >= readings) {
      stuck ??= new Set();
      for (const start of run) stuck.add(start);
    }
  };
  series.eachHour(from, to, (start, hour) => {
    if (hour.count === 0) return;
    const isSame = hour.min === hour.max && hour.min === value;
    if (!isSame) {
      endRun();
      run = [];
      count = 0;
      value = hour.min === hour.max ? hour.min : Number.NaN;
      since = hour.firstTime;
    }
    if (Number.isNaN(value)) return;
    run.push(start);
    count += hour.count;
    until = hour.lastTime;
  });
  endRun();
  return stuck;
}
