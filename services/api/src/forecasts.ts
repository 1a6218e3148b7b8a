import { setTimeout as sleep } from "node:timers/promises";
import {
  type FillForecast,
  type FillHistory,
  fillHistory,
  forecastFill,
  HOUR_MS,
  MINUTE_MS,
} from "@kota/scoring";
import type { ApiContext } from "./context.ts";

/** What a forecast looks back on: two weeks, in steps of half an hour. */
const PAST_MS = 14 * 24 * HOUR_MS;
const STEP_MS = 30 * MINUTE_MS;
const MOST_STEPS = PAST_MS / STEP_MS + 1;
/** The past is read again after so long; what came since is in memory. */
const KEPT_MS = 10 * MINUTE_MS;
const AT_ONCE = 4;
/** An answer waits for the past of its devices no longer than this. */
const PATIENCE_MS = 2000;

/** The forecast of one device, with the past behind it. */
export interface DeviceForecast {
  readonly device: string;
  readonly forecast: FillForecast;
  readonly history: FillHistory;
}

export interface FoundForecasts {
  /** The soonest first; those without a forecast at the end. */
  readonly forecasts: readonly DeviceForecast[];
  /** Devices whose past is still being read. */
  readonly pending: number;
}

/**
 * When containers are full. The past of each device is one query, asked at most every ten minutes, four at a time, the
 * fullest first; the newest value comes from memory.
 */
export function createForecasts({
  store,
  view,
  clock,
}: Pick<ApiContext, "store" | "view" | "clock">): (
  devices: readonly string[],
  metric: string,
) => Promise<FoundForecasts> {
  const histories = new Map<string, { readonly history: FillHistory; readonly readAt: number }>();
  let reading: Promise<void> | undefined;

  async function read(device: string, metric: string): Promise<void> {
    const now = clock();
    const query = { device, metric, from: now - PAST_MS, to: now + 1, stepMs: STEP_MS, limit: MOST_STEPS };
    const points = await store.series(query);
    // The last value of a step stands at its end; the newest is known exactly, from memory.
    const past = points.map(({ time, last }) => ({ time: time + STEP_MS, value: last }));
    const history = fillHistory(past.filter(({ time }) => time <= now));
    histories.set(keyOf(device, metric), { history, readAt: now });
  }

  async function readAll(devices: readonly string[], metric: string): Promise<void> {
    const queue = [...devices];
    const work = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await read(next, metric);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  return async (devices, metric) => {
    const newestOf = (device: string) => view.device(device)?.values.get(metric);
    const due = devices
      .filter((device) => {
        const known = histories.get(keyOf(device, metric));
        return known === undefined || clock() - known.readAt >= KEPT_MS;
      })
      .sort((a, b) => (newestOf(b)?.value ?? 0) - (newestOf(a)?.value ?? 0));
    if (due.length > 0) {
      reading ??= readAll(due, metric).finally(() => {
        reading = undefined;
      });
      // Whoever waits is told of a failure; nobody may be waiting any more.
      reading.catch(() => {});
      const patience = new AbortController();
      await Promise.race([
        reading,
        sleep(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => {}),
      ]);
      patience.abort();
    }
    const at = clock();
    const forecasts = devices.flatMap((device): DeviceForecast[] => {
      const known = histories.get(keyOf(device, metric));
      if (known === undefined) return [];
      const { history } = known;
      return [{ device, history, forecast: forecastFill(history, at, newestOf(device)) }];
    });
    return { forecasts: forecasts.sort(soonestFirst), pending: devices.length - forecasts.length };
  };
}

function keyOf(device: string, metric: string): string {
  return `${metric}/${device}`;
}

function soonestFirst(one: DeviceForecast, other: DeviceForecast): number {
  const hours = ({ forecast }: DeviceForecast) => forecast.hours ?? Number.MAX_VALUE;
  return hours(one) - hours(other) || (one.device < other.device ? -1 : 1);
}
