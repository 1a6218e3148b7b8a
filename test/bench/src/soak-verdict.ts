import { slopePerMinute } from "./slope.ts";

/** One moment of a soak. */
export interface SoakSample {
  /** Milliseconds since it began. */
  readonly time: number;
  readonly resident: number;
  readonly own: number;
  readonly handles: number;
  /** Acknowledged to the load generator and not yet counted in the time series. */
  readonly lag: number;
}

export interface Trend {
  readonly first: number;
  readonly last: number;
  readonly greatest: number;
  readonly perMinute: number;
  /** A slope above this is not flat. */
  readonly allowed: number;
  readonly isFlat: boolean;
}

export interface SoakLoad {
  /** Messages a second of all devices together. */
  readonly rate: number;
  readonly devices: number;
  /** Values of a message that an indicator asks for. */
  readonly scoredValues: number;
}

export interface SoakVerdict {
  readonly resident: Trend;
  readonly own: Trend;
  readonly handles: Trend;
  readonly lag: Trend;
}

/** What the scorer keeps of a reading of an open hour, its time and its value, or of a minute of many readings. */
const OPEN_READING_BYTES = 16;
const OPEN_MINUTE_BYTES = 96;
/** An array that grows has room for half as many again. */
const ROOM = 1.5;
/** In an hour, of what there is. */
const GROWTH = 0.1;
/** Caches fill and code compiles at first. */
const SETTLED = 1 / 3;

/**
 * Whether what was seen is flat, from the first third on. Memory may grow by a tenth in an hour, beside what the scorer has to keep of
 * an hour that is open: a row of each minute, or its readings where they are fewer than that is worth. Handles may not grow, nor the lag by more than
 * a second of the load in the whole time.
 */
export function soakVerdict(samples: readonly SoakSample[], load: SoakLoad): SoakVerdict {
  const end = samples.at(-1)?.time ?? 0;
  const settled = samples.filter(({ time }) => time >= end * SETTLED);
  const minutes = Math.max(1, (end * (1 - SETTLED)) / 60_000);
  const trend = (name: "resident" | "own" | "handles" | "lag", allowed: (mean: number) => number): Trend => {
    const values = settled.map((sample) => sample[name]);
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    const perMinute = slopePerMinute(settled.map((sample) => ({ time: sample.time, value: sample[name] })));
    const limit = allowed(mean);
    return {
      first: values[0] ?? Number.NaN,
      last: values.at(-1) ?? Number.NaN,
      greatest: Math.max(...values),
      perMinute,
      allowed: limit,
      isFlat: perMinute <= limit,
    };
  };
  const openHours = openHourMegabytesPerMinute(load);
  const memory = (mean: number) => openHours + (mean * GROWTH) / 60;
  return {
    resident: trend("resident", memory),
    own: trend("own", memory),
    handles: trend("handles", () => 2 / minutes),
    lag: trend("lag", () => load.rate / minutes),
  };
}

export function openHourMegabytesPerMinute({ rate, devices, scoredValues }: SoakLoad): number {
  const ofDevice = Math.min(OPEN_MINUTE_BYTES, ((rate * 60) / devices) * OPEN_READING_BYTES);
  return (devices * scoredValues * ofDevice * ROOM) / 2 ** 20;
}
