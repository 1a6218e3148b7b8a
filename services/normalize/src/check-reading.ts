import { type CitySettings, metric, type RejectionCode } from "@kota/model";

/** Why a reading is not taken. */
export interface Fault {
  readonly code: RejectionCode;
  /** A sentence for a person: what was expected, what came. */
  readonly reason: string;
}

const DAY = 86_400_000;

/** Every value has a name in the catalogue, is a finite number, and lies in the range of its metric; null: it is so. */
export function checkValues(values: Readonly<Record<string, number>>): Fault | null {
  for (const name in values) {
    const known = metric(name);
    if (known === undefined) {
      return {
        code: "unknown_metric",
        reason: `'${name.slice(0, 60)}' is not in the metric catalogue, so its unit and range are not known.`,
      };
    }
    const value: unknown = values[name];
    if (typeof value !== "number" || !Number.isFinite(value)) {
      return {
        code: "not_a_number",
        reason: `${name}: expected a finite number, came ${String(value).slice(0, 60)}.`,
      };
    }
    if (value < known.min || value > known.max) {
      return {
        code: "value_out_of_range",
        reason: `${name} is ${value} ${known.unit}; possible are ${known.min} to ${known.max} ${known.unit}.`,
      };
    }
  }
  return null;
}

/**
 * The time is near enough to the receipt of the message. It is compared with the receive time and not with the clock, so
 * that the log replayed next week gives the same.
 */
export function checkTime(time: number, receivedAt: number, limits: CitySettings["limits"]): Fault | null {
  const ahead = time - receivedAt;
  if (ahead > limits.maxFutureSeconds * 1000) {
    return {
      code: "time_in_future",
      reason: `The time of the reading is ${iso(time)}, ${duration(ahead)} after the message came; the city allows ${limits.maxFutureSeconds} s. Set the device's clock.`,
    };
  }
  if (-ahead > limits.maxAgeDays * DAY) {
    return {
      code: "time_too_old",
      reason: `The time of the reading is ${iso(time)}, ${duration(-ahead)} before the message came; the city allows ${limits.maxAgeDays} days. ${time < DAY * 366 ? "The device has not set its clock." : "Hand in old data with 'kota import', or set the device's clock."}`,
    };
  }
  return null;
}

function iso(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? `${time} ms after 1970` : date.toISOString();
}

function duration(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 2 * 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 2 * DAY ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / DAY)} days`;
}
