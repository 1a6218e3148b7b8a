import type { Device } from "@kota/model";
import { horizonsOf, measuredIndicatorsOf, type ScoreModel } from "./score-model.ts";
import { hourOf } from "./summary.ts";
import { Windows } from "./windows.ts";

/** Where the readings of the past are: a time series store, or anything that answers the same question. */
export interface StoredReadings {
  /** The readings of one series in [from, to), the oldest first, at most `limit`. */
  series(query: {
    readonly device: string;
    readonly metric: string;
    readonly from: number;
    readonly to: number;
    readonly stepMs: null;
    readonly limit: number;
  }): Promise<readonly { readonly time: number; readonly last: number }[]>;
}

const PAGE = 50_000;
const AT_ONCE = 8;

/** A series that a score model asks for, with the length of its longest window in milliseconds. */
interface AskedSeries {
  readonly device: string;
  readonly metric: string;
  readonly horizonMs: number;
}

export interface LoadRange {
  /** The first and the last time that is to be evaluated. */
  readonly first: number;
  readonly last: number;
  /** Only these; left out: all that the model asks for. */
  readonly metrics?: ReadonlySet<string>;
}

/**
 * The windows as they are when every stored reading is known, with all that an evaluation at any time from `first` to
 * `last` looks at. Every hour is open: 16 bytes a reading.
 */
export async function loadWindows(
  stored: StoredReadings,
  model: ScoreModel,
  devices: readonly Device[],
  { first, last, metrics }: LoadRange,
): Promise<Windows> {
  const windows = new Windows(model.quality);
  const queue = [...askedSeries(model, devices)];
  async function work(): Promise<void> {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      const { device, metric, horizonMs } = next;
      if (metrics?.has(metric) === false) continue;
      await eachStored(stored, device, metric, hourOf(first - horizonMs), last + 1, (time, value) =>
        windows.getOrCreate(device, metric).add(time, value),
      );
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return windows;
}

async function eachStored(
  stored: StoredReadings,
  device: string,
  metric: string,
  from: number,
  to: number,
  visit: (time: number, value: number) => void,
): Promise<void> {
  for (let next = from; next < to; ) {
    const page = await stored.series({ device, metric, from: next, to, stepMs: null, limit: PAGE });
    for (const { time, last } of page) visit(time, last);
    if (page.length < PAGE) return;
    next = (page.at(-1)?.time ?? to) + 1;
  }
}

/** What the model asks of the devices of the areas. */
function askedSeries(model: ScoreModel, devices: readonly Device[]): Iterable<AskedSeries> {
  const asked = new Map<string, AskedSeries>();
  const horizons = horizonsOf(model);
  for (const { metric, kinds } of measuredIndicatorsOf(model)) {
    for (const { id, kind, area } of devices) {
      if (area === null || (kinds !== null && !kinds.includes(kind))) continue;
      asked.set(`${id}/${metric}`, { device: id, metric, horizonMs: horizons.get(metric) ?? 0 });
    }
  }
  return asked.values();
}
