import { readFileSync } from "node:fs";
import {
  createEvaluator,
  HOUR_MS,
  horizonsOf,
  measuredIndicatorsOf,
  parseScoreModel,
  Windows,
} from "@kota/scoring";
import { scoredCity } from "./scored-city.ts";

/** A year of hourly scores from closed hours, measured in a process of its own. */
export interface ScoreYearResult {
  readonly hours: number;
  readonly areas: number;
  readonly series: number;
  readonly rollUps: number;
  readonly scores: number;
  /** From the first roll-up taken to the last score. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly memory: number;
}

const DEVICES = { bin: 100, air: 40, meter: 40, noise: 40, weather: 40 };

function main(): void {
  const [areas = 0, hours = 0] = process.argv.slice(2).map(Number);
  const city = scoredCity(areas, DEVICES);
  const model = parseScoreModel(city.scoreModel);
  const evaluator = createEvaluator(
    model,
    city.areas.features.map(({ properties }) => properties),
    city.devices,
  );
  const asked = [...measuredIndicatorsOf(model)];
  const horizons = horizonsOf(model);
  const series = [...horizons.keys()].flatMap((metric) =>
    city.devices
      .filter(({ kind }) =>
        asked.some((indicator) => indicator.metric === metric && indicator.kinds?.includes(kind)),
      )
      .map(({ id }) => ({ device: id, metric })),
  );
  const windows = new Windows(model.quality);
  const first = Date.UTC(2025, 0, 1);
  let scores = 0;
  const begun = performance.now();
  const before = process.cpuUsage();
  for (let hour = 0; hour < hours; hour++) {
    const start = first + hour * HOUR_MS;
    series.forEach(({ device, metric }, index) => {
      windows
        .getOrCreate(device, metric)
        .setClosed({ start, summary: summaryOf(metric, index, hour, start), through: null });
    });
    const steps = evaluator.steps(windows, start + HOUR_MS - 1, undefined, (_place, { score }) => {
      if (score !== null) scores++;
      return false;
    });
    while (!steps.next().done);
    for (const [metric, horizonMs] of horizons) windows.forgetBefore(metric, start - horizonMs);
  }
  const { user, system } = process.cpuUsage(before);
  const result: ScoreYearResult = {
    ...{ hours, areas, series: series.length, rollUps: series.length * hours, scores },
    seconds: (performance.now() - begun) / 1000,
    cpuSeconds: (user + system) / 1e6,
    memory: Number(/^VmHWM:\s*(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** Twelve readings; a counter grows. */
function summaryOf(metric: string, index: number, hour: number, start: number) {
  const level = 20 + ((index * 31 + hour * 17) % 60);
  const base = metric === "energy_total" ? hour * 0.4 : level;
  const first = base;
  const last = base + (metric === "energy_total" ? 0.4 : 1);
  return {
    count: 12,
    sum: 6 * (first + last),
    min: first,
    max: last,
    first,
    firstTime: start,
    last,
    lastTime: start + 55 * 60_000,
  };
}

main();
