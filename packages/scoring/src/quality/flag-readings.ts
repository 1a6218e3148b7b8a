import type { QualityRules } from "./rules.ts";

export const FLAG = { none: 0, range: 1, rate: 2 } as const;

/**
 * A flag for each reading of one hour; null when none is flagged. `readings` holds time and value in turn, in order of
 * time. Only the readings of the hour decide, so that a closed hour never changes because of another.
 *
 * A reading jumps from another when the difference is more than `most` for each `perMs` between them. Readings that are closer together are taken
 * as so far apart: a sensor that measures every second flickers by its resolution, which is no rate.
 *
 * A reading is too fast when it jumps from the reading before it and from the one after it. A first or last reading has one
 * neighbour only: it is too fast when it jumps from the nearest one that is not. So a level that really changes is
 * taken from its second reading on, and a single spike is flagged wherever it stands.
 */
export function flagReadings(
  readings: readonly number[],
  { range, rate }: Pick<QualityRules, "range" | "rate">,
): Uint8Array | null {
  const count = readings.length >> 1;
  const time = (index: number) => readings[2 * index] ?? Number.NaN;
  const value = (index: number) => readings[2 * index + 1] ?? Number.NaN;
  const flags = new Uint8Array(count);
  let any = false;
  const flag = (index: number, as: number) => {
    flags[index] = as;
    any = true;
  };
  if (range !== null) {
    for (let i = 0; i < count; i++) if (value(i) < range[0] || value(i) > range[1]) flag(i, FLAG.range);
  }
  if (rate !== null) {
    const { most, perMs } = rate;
    const jumps = (a: number, b: number) =>
      Math.abs(value(a) - value(b)) * perMs > most * Math.max(perMs, Math.abs(time(a) - time(b)));
    const inRange: number[] = [];
    for (let i = 0; i < count; i++) if (flags[i] === FLAG.none) inRange.push(i);
    const at = (place: number) => inRange[place] ?? Number.NaN;
    const last = inRange.length - 1;
    for (let place = 1; place < last; place++) {
      const here = at(place);
      if (jumps(here, at(place - 1)) && jumps(here, at(place + 1))) flag(here, FLAG.rate);
    }
    const steady = inRange.filter((index, place) => place > 0 && place < last && flags[index] === FLAG.none);
    const [nearFirst] = steady;
    const nearLast = steady.at(-1);
    // With two readings there is no telling which of them is wrong.
    if (nearFirst !== undefined && jumps(at(0), nearFirst)) flag(at(0), FLAG.rate);
    if (nearLast !== undefined && jumps(at(last), nearLast)) flag(at(last), FLAG.rate);
  }
  return any ? flags : null;
}
