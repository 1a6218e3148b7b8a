import { flux, type ParameterizedQuery } from "@influxdata/influxdb-client";
import { MINUTE_MS, stepStart } from "../bounds.ts";
import type { ScoreHistoryQuery, ScoreId, ScorePoint } from "../port.ts";
import { type Ask, inSteps } from "./ask.ts";
import { joined, numberOf, timeOf } from "./columns.ts";
import { levelTag } from "./lines.ts";

type Summary = Pick<ScorePoint, "mean" | "min" | "max"> & { readonly count?: number };

const SUMMARIES = ["count", "mean", "min", "max"] as const;

export async function scoreHistory(ask: Ask, query: ScoreHistoryQuery): Promise<readonly ScorePoint[]> {
  const stepMs = query.stepMs ?? MINUTE_MS;
  const lasts = await lastOfSteps(ask, query, stepMs);
  if (stepMs <= MINUTE_MS) return lasts.map((last) => ({ ...last, ...summaryOf([last.score]) }));
  const { summaries, numbers } = await summariesOf(ask, query, stepMs);
  const points: ScorePoint[] = [];
  for (const last of lasts) {
    const { count = 0, ...summary } = summaries.get(last.time) ?? summaryOf([]);
    const isStale = count !== (numbers.get(last.time) ?? 0);
    points.push({ ...last, ...(isStale ? await minuteByMinute(ask, query, last.time, stepMs) : summary) });
  }
  return points;
}

function lastOfSteps(
  ask: Ask,
  query: ScoreHistoryQuery,
  stepMs: number,
): Promise<Omit<ScorePoint, "mean" | "min" | "max">[]> {
  return ask(
    query,
    ({ source }) => flux`${source}
      |> filter(fn: (r) => ${isScore(query)})
      |> ${inSteps(stepMs, "last")}
      |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
      |> sort(columns: ["_time"])
      |> limit(n: ${query.limit})`,
    (column) => ({
      time: stepStart(timeOf(column), stepMs),
      score: column("no_score") === "true" ? null : numberOf(column("score")),
      value: column("no_value") === "true" ? null : numberOf(column("value")),
      coverage: numberOf(column("coverage")),
    }),
  );
}

/** What the numbers of each step come to, and how many minutes of it say that they have one. */
async function summariesOf(ask: Ask, query: ScoreHistoryQuery, stepMs: number) {
  const rows = await ask(
    query,
    // Each aggregate from a source of its own, so that InfluxDB computes it where the data are.
    ({ source }) =>
      joined([
        ...SUMMARIES.map(
          (name) => flux`${source}
        |> filter(fn: (r) => ${isScore(query)} and r._field == "score")
        |> ${inSteps(stepMs, name)}
        |> keep(columns: ["_time", "_value"])
        |> yield(name: ${name})`,
        ),
        flux`${source}
        |> filter(fn: (r) => ${isScore(query)} and r._field == "no_score" and r._value == false)
        |> ${inSteps(stepMs, "count")}
        |> keep(columns: ["_time", "_value"])
        |> yield(name: "numbers")`,
      ]),
    (column) => ({
      result: column("result"),
      time: stepStart(timeOf(column), stepMs),
      value: numberOf(column("_value")),
    }),
  );
  const of = (name: string) =>
    new Map(rows.filter(({ result }) => result === name).map(({ time, value }) => [time, value]));
  const [means, mins, maxs] = [of("mean"), of("min"), of("max")];
  return {
    numbers: of("numbers"),
    summaries: new Map(
      [...of("count")].map(([time, count]) => [
        time,
        { count, mean: means.get(time) ?? null, min: mins.get(time) ?? null, max: maxs.get(time) ?? null },
      ]),
    ),
  };
}

/**
 * What a step comes to when a score of it was replaced by none: InfluxDB keeps the number of before beside the field that
 * says there is none, so that it has to be left out minute by minute. Rare.
 */
async function minuteByMinute(
  ask: Ask,
  query: ScoreHistoryQuery,
  time: number,
  stepMs: number,
): Promise<Summary> {
  const range = { from: Math.max(query.from, time), to: Math.min(query.to, time + stepMs) };
  const limit = Math.ceil(stepMs / MINUTE_MS) + 1;
  const minutes = await lastOfSteps(ask, { ...query, ...range, limit }, MINUTE_MS);
  return summaryOf(minutes.map(({ score }) => score));
}

function summaryOf(scores: readonly (number | null)[]): Summary {
  const numbers = scores.filter((score) => score !== null);
  if (numbers.length === 0) return { mean: null, min: null, max: null };
  return {
    mean: numbers.reduce((sum, number) => sum + number, 0) / numbers.length,
    min: Math.min(...numbers),
    max: Math.max(...numbers),
  };
}

function isScore({ area, dimension, aspect, indicator }: ScoreId): ParameterizedQuery {
  return flux`r._measurement == "scores" and r.area == ${levelTag(area)} and r.dimension == ${levelTag(dimension)} and r.aspect == ${levelTag(aspect)} and r.indicator == ${levelTag(indicator)}`;
}
