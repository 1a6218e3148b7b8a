import { CITY_AREA, type City } from "@kota/model";
import { loadCity } from "@kota/runtime";
import {
  compareScores,
  compareSettings,
  loadWindows,
  type ScoreChange,
  type ScoreModel,
} from "@kota/scoring";
import { devicesOf } from "../past-devices.ts";
import { withPastReadings } from "../past-readings.ts";
import { pastReports } from "../past-reports.ts";
import { pointInTime } from "../point-in-time.ts";
import { settings } from "../settings.ts";
import { renderTable } from "../table.ts";
import { readScoreModel } from "./model-check.ts";

export interface DiffOptions {
  readonly at?: string;
  readonly url?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `kota model diff`: what the scores of one moment are under each of two models, from the stored readings. */
export async function diffModels(oldFile: string, newFile: string, options: DiffOptions): Promise<void> {
  const at = options.at === undefined ? Date.now() : pointInTime("at", options.at);
  const older = readScoreModel(oldFile);
  const newer = readScoreModel(newFile);
  const config = settings();
  const city = loadCity(config.city);
  const areas = city.areas.features.map(({ properties }) => properties);
  const [before, after, devices, reports] = await withPastReadings(config, options.url, async (readings) => {
    const devices = await devicesOf(readings, config, city);
    const side = async (model: ScoreModel) => ({
      model,
      windows: await loadWindows(readings, model, devices, { first: at, last: at }),
    });
    return [await side(older), await side(newer), devices, await pastReports(config, readings)] as const;
  });
  const scores = compareScores(before, after, areas, devices, at, reports);
  const changes = compareSettings(older, newer);
  if (options.json) {
    // What one model does not have is left out; null is 'no data'.
    console.log(JSON.stringify({ at: new Date(at).toISOString(), settings: changes, scores }));
    return;
  }
  console.log(`settings that differ: ${changes.length === 0 ? "none" : ""}`);
  for (const { path, before, after } of changes)
    console.log(`  ${path}: ${before ?? "(none)"} → ${after ?? "(none)"}`);
  console.log(`\nscores at ${new Date(at).toISOString()}`);
  console.log(scoreTable(scores, city, options.all === true).join("\n"));
}

/** The overall score and the dimensions of every area, and below them what changes; with `all` everything. */
export function scoreTable(scores: readonly ScoreChange[], city: City, all: boolean): string[] {
  const names = new Map(city.areas.features.map(({ properties }) => [properties.id, properties.name]));
  const isEmpty = ({ before, after }: ScoreChange) => (before ?? null) === null && (after ?? null) === null;
  const shown = scores.filter((score) => {
    if (all) return true;
    if (score.aspect === null) return score.dimension === null || !isEmpty(score);
    return !Object.is(score.before, score.after);
  });
  const cityFirst = [...shown].sort((a, b) => Number(b.area === CITY_AREA) - Number(a.area === CITY_AREA));
  return renderTable(
    ["area", "dimension", "aspect", "indicator", "old", "new", "change"],
    cityFirst.map(({ area, dimension, aspect, indicator, before, after }) => [
      area === CITY_AREA ? "City" : (names.get(area) ?? area),
      dimension ?? "",
      aspect ?? "",
      indicator ?? "",
      scoreText(before),
      scoreText(after),
      changeText(before, after),
    ]),
  );
}

function scoreText(score: number | null | undefined): string {
  if (score === undefined) return "";
  return score === null ? "no data" : score.toFixed(1);
}

function changeText(before: number | null | undefined, after: number | null | undefined): string {
  if (before === undefined) return "added";
  if (after === undefined) return "removed";
  if (before === null || after === null) return before === after ? "" : after === null ? "lost" : "gained";
  const change = after - before;
  if (change === 0) return "";
  return Math.abs(change) < 0.05 ? "<0.1" : `${change > 0 ? "+" : ""}${change.toFixed(1)}`;
}
