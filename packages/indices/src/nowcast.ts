import { inUnit } from "./concentration.ts";
import { rounded, settled, wholeSteps } from "./decimal.ts";
import type { AirState } from "./gas-conversion.ts";
import type { Hours } from "./hourly-mean.ts";
import type { Unit } from "./pollutant.ts";
import { isRefused, type Refused, refused } from "./refused.ts";
import { NOWCAST } from "./tables/nowcast.ts";
import { usEpaAqi } from "./us-epa-aqi.ts";

export type NowcastPollutant = "PM25" | "PM10" | "O3";

export interface Nowcast {
  readonly valid: true;
  readonly pollutant: NowcastPollutant;
  /** The weight factor, 0.5 to 1; PM only. */
  readonly weight?: number;
  /** µg/m³ for PM, ppb for ozone; two decimals. */
  readonly nowcast: number;
  /** What meets the AQI table: PM2.5 to 0.1, PM10 to 1 µg/m³, ozone to 1 ppb. */
  readonly truncated: number;
  readonly unit: Unit;
  /** null beyond the table. */
  readonly aqi: number | null;
  readonly category: string | null;
  readonly method: "weighted mean" | "surrogate";
  readonly table: string;
  readonly version: string;
}

/** Too few recent hours: no value, and why. */
export interface NoNowcast extends Refused {
  readonly valid: false;
}

/**
 * EPA's NowCast of PM2.5 or PM10 from up to 12 hourly means, newest first, null (or the end) where one is missing:
 * w = min/max, at least 0.5, and the mean of the hours weighted with w to the power of their age. Raw hours go in;
 * only the result is truncated, then given its AQI as a 24-hour value. Ozone: EPA's surrogate of the 8-hour mean, from
 * the newest of the last 3 hours. Source: {@link NOWCAST}. Valid with 2 of the newest 3 hours (ozone: 1), else
 * `insufficient`; hours after the twelfth are not looked at. Negative hours are refused.
 */
export function nowcast(
  pollutant: NowcastPollutant,
  hoursNewestFirst: Hours,
  unit: Unit,
  air?: AirState,
): Nowcast | NoNowcast | Refused {
  const target: Unit = pollutant === "O3" ? "ppb" : "ug/m3";
  const hours: (number | null)[] = [];
  for (let i = 0; i < NOWCAST.pm.hours; i++) {
    const hour = hoursNewestFirst[i] ?? null;
    const value = hour === null ? null : inUnit(pollutant, hour, unit, target, air);
    if (value !== null && typeof value !== "number") return value;
    hours.push(value);
  }
  return pollutant === "O3" ? ozone(hours) : particles(pollutant, hours);
}

function particles(pollutant: "PM25" | "PM10", hours: Hours): Nowcast | NoNowcast {
  const { newest, needed, leastWeight, decimals } = NOWCAST.pm;
  const recent = presentOf(hours, newest);
  if (recent < needed) {
    return insufficient(`The NowCast needs ${needed} of the newest ${newest} hours; got ${recent}.`);
  }
  let min = Number.POSITIVE_INFINITY;
  let max = 0;
  for (const hour of hours) {
    if (hour === null) continue;
    if (hour < min) min = hour;
    if (hour > max) max = hour;
  }
  const weight = max === 0 ? 1 : Math.max(leastWeight, min / max);
  let weighted = 0;
  let weights = 0;
  let power = 1;
  for (const hour of hours) {
    if (hour !== null) {
      weighted += power * hour;
      weights += power;
    }
    power *= weight;
  }
  return answerOf(pollutant, weight, settled(weighted / weights), decimals[pollutant]);
}

function ozone(hours: Hours): Nowcast | NoNowcast {
  const { newest, slope, interceptPpb } = NOWCAST.o3;
  const latest = hours.slice(0, newest).find((hour) => hour !== null);
  if (latest === undefined || latest === null) {
    return insufficient(`The surrogate ozone NowCast needs 1 of the newest ${newest} hours; got 0.`);
  }
  return answerOf("O3", undefined, settled(slope * latest + interceptPpb), 0);
}

function answerOf(
  pollutant: NowcastPollutant,
  weight: number | undefined,
  value: number,
  decimals: number,
): Nowcast {
  const truncated = wholeSteps(value, decimals) / 10 ** decimals;
  const unit = pollutant === "O3" ? "ppb" : "ug/m3";
  const aqi = usEpaAqi(pollutant, pollutant === "O3" ? "8h" : "24h", truncated, unit);
  return {
    valid: true,
    pollutant,
    ...(weight === undefined ? {} : { weight: rounded(weight, 4) }),
    nowcast: rounded(value, 2),
    truncated,
    unit,
    aqi: isRefused(aqi) ? null : aqi.aqi,
    category: isRefused(aqi) ? (aqi.error.category ?? null) : aqi.category,
    method: weight === undefined ? "surrogate" : "weighted mean",
    table: NOWCAST.table,
    version: NOWCAST.version,
  };
}

function presentOf(hours: Hours, count: number): number {
  let present = 0;
  for (let i = 0; i < count; i++) if (hours[i] !== null) present++;
  return present;
}

function insufficient(message: string): NoNowcast {
  return { valid: false, ...refused("insufficient", message) };
}
