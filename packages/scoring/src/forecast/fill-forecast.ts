import { medianOf } from "../quality/unlike-neighbours.ts";
import { HOUR_MS } from "../summary.ts";
import { EMPTYING_FALL, type FillCycle, fillCycles } from "./fill-cycles.ts";
import { type TimedValue, theilSen, thinned } from "./theil-sen.ts";

/**
 * `filling`: there is a forecast. `full`: it is full already. `not_filling`: it has not become fuller. `too_little_history`:
 * neither the time since the last emptying nor earlier times say how fast it fills. `stale`: its newest reading is too old.
 */
export const FORECAST_STATES = ["filling", "full", "not_filling", "too_little_history", "stale"] as const;
type ForecastState = (typeof FORECAST_STATES)[number];

/** What the past of one container says, once for many forecasts. */
export interface FillHistory {
  /** Its readings since the last emptying, at most 24 of them, spread evenly. */
  readonly current: FillCycle;
  /** Start of `current` when an emptying was seen. */
  readonly emptiedAt: number | null;
  /** Emptyings that were seen. */
  readonly emptyings: number;
  /** The middle of the rates of complete cycles, points of fill for an hour; null: fewer than two. */
  readonly typicalRate: number | null;
  /** How far off forecasts of the same kind were in the past; null: there were none. */
  readonly error: ForecastError | null;
}

interface ForecastError {
  /** Middle of the absolute errors, hours. */
  readonly medianHours: number;
  readonly forecasts: number;
}

/** When a container is full. */
export interface FillForecast {
  readonly state: ForecastState;
  /** Its newest reading; null: none. */
  readonly value: number | null;
  readonly time: number | null;
  /** Points of fill for an hour; null where it is not known. */
  readonly rate: number | null;
  /** From `at`; 0 when it is full; null where there is no forecast. */
  readonly hours: number | null;
  readonly fullAt: number | null;
}

/** Where it counts as full, percent. */
const FULL = 100;
/** A rate from fewer readings or a shorter time is noise. */
const LEAST_READINGS = 3;
const LEAST_MS = HOUR_MS;
/** So much time since the emptying weighs as much as the typical rate. */
const EVEN_MS = 6 * HOUR_MS;
/** Slower than this is not filling: a year from empty to full. Points for an hour. */
const LEAST_RATE = 100 / (365 * 24);
/** A container that was silent for longer has no forecast. */
const STALE_MS = 48 * HOUR_MS;
/** Cycles that are tried, the newest ones. */
const MOST_TRIED = 10;

/** @param points Fill levels in percent, in ascending order of time. */
export function fillHistory(points: readonly TimedValue[]): FillHistory {
  const cycles = fillCycles(points);
  const current = cycles.at(-1) ?? [];
  // The first one was not seen from its beginning, but its rate is one as well.
  const complete = cycles.slice(0, -1);
  return {
    current: thinned(current),
    emptiedAt: complete.length > 0 ? (current[0]?.time ?? null) : null,
    emptyings: complete.length,
    typicalRate: typicalRate(complete),
    error: errorOf(complete),
  };
}

/**
 * The forecast at a time: the level goes on from the newest reading with a rate that is a mean of the Theil–Sen slope since
 * the last emptying and the typical rate, the more of the first the longer that is ago.
 * @param newest The newest reading, when it is known better than the history has it.
 */
export function forecastFill(history: FillHistory, at: number, newest?: TimedValue): FillForecast {
  const { current, typicalRate } = history;
  const before = newest ? current.filter(({ time }) => time < newest.time) : current;
  const last = before.at(-1);
  const isEmptied = newest !== undefined && last !== undefined && newest.value <= last.value - EMPTYING_FALL;
  const cycle = newest === undefined ? before : isEmptied ? [newest] : [...before, newest];
  const level = cycle.at(-1);
  const nothing = { value: level?.value ?? null, time: level?.time ?? null, hours: null, fullAt: null };
  if (level === undefined) return { ...nothing, state: "too_little_history", rate: null };
  const rate = blendedRate(cycle, typicalRate);
  if (at - level.time > STALE_MS) return { ...nothing, state: "stale", rate };
  if (level.value >= FULL) return { ...nothing, state: "full", rate, hours: 0, fullAt: level.time };
  if (rate === null) return { ...nothing, state: "too_little_history", rate };
  if (rate < LEAST_RATE) return { ...nothing, state: "not_filling", rate };
  const fullAt = reachedAt(level, rate, FULL);
  return { ...nothing, state: "filling", rate, hours: Math.max(0, (fullAt - at) / HOUR_MS), fullAt };
}

function reachedAt({ time, value }: TimedValue, rate: number, level: number): number {
  return time + ((level - value) / rate) * HOUR_MS;
}

/** Points for an hour; null when there is too little to say. */
function rateOf(cycle: FillCycle): number | null {
  if (cycle.length < LEAST_READINGS || spanOf(cycle) < LEAST_MS) return null;
  const slope = theilSen(cycle);
  return slope === undefined ? null : slope * HOUR_MS;
}

function spanOf(cycle: FillCycle): number {
  return (cycle.at(-1)?.time ?? 0) - (cycle[0]?.time ?? 0);
}

function blendedRate(cycle: FillCycle, typical: number | null): number | null {
  const own = rateOf(cycle);
  if (own === null || typical === null) return own ?? typical;
  const span = spanOf(cycle);
  return (own * span + typical * EVEN_MS) / (span + EVEN_MS);
}

function typicalRate(cycles: readonly FillCycle[]): number | null {
  const rates = cycles.map(rateOf).filter((rate) => rate !== null);
  return rates.length < 2 ? null : medianOf(rates);
}

/**
 * Forecasts of the past, made from what was known then: at a quarter, the half and three quarters of each cycle, of the
 * time at which it reached the level at which it was emptied, as few reach 100 %. Null: there were none.
 */
function errorOf(complete: readonly FillCycle[]): ForecastError | null {
  const errors: number[] = [];
  complete.slice(-MOST_TRIED).forEach((cycle, index, tried) => {
    const end = cycle.at(-1);
    if (end === undefined) return;
    const typical = typicalRate(complete.slice(0, complete.length - tried.length + index));
    for (const share of [0.25, 0.5, 0.75]) {
      const known = cycle.slice(0, Math.floor(cycle.length * share));
      const level = known.at(-1);
      const rate = blendedRate(known, typical);
      if (level === undefined || rate === null || rate < LEAST_RATE || end.value <= level.value) continue;
      errors.push(Math.abs(reachedAt(level, rate, end.value) - end.time) / HOUR_MS);
    }
  });
  return errors.length === 0 ? null : { medianHours: medianOf(errors), forecasts: errors.length };
}
