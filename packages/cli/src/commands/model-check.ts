import { join } from "node:path";
import type { Device } from "@kota/model";
import { loadCity } from "@kota/runtime";
import {
  formatDuration,
  type Indicator,
  type MeasuredIndicator,
  parseScoreModel,
  type ScoreModel,
} from "@kota/scoring";
import { readParsed } from "../read-parsed.ts";
import { settings } from "../settings.ts";
import { type Branch, renderTree } from "../tree.ts";

/** `kota model check`: every problem of a score model with its line and key, or what it asks for. */
export function checkModel(file: string | undefined): void {
  const { city } = settings();
  const model = readScoreModel(file ?? join(city, "scores.yaml"));
  console.log(modelTree(model, loadCity(city).devices).join("\n"));
}

/** @throws KotaError `not_found` for a file that cannot be read, `score_model_invalid` that names the file. */
export function readScoreModel(path: string): ScoreModel {
  return readParsed(path, "score_model_invalid", parseScoreModel);
}

/** What a model asks for, with the weight of each part in the whole and the devices of the city that are asked. */
export function modelTree(model: ScoreModel, devices: readonly Device[]): string[] {
  const { minimum, ok } = model.coverage;
  return renderTree({
    text: `score model ${model.version} (${model.hash}): a score from ${percent(minimum)} of the data on, provisional below ${percent(ok)}; the city by ${model.cityWeight === "population" ? "population" : "equal areas"}`,
    below: [...dimensionBranches(model, devices), ...qualityBranches(model)],
  });
}

/** Only what is stated. */
function qualityBranches({ quality }: ScoreModel): Branch[] {
  const metrics = Object.entries(quality);
  if (metrics.length === 0) return [];
  return [
    {
      text: "Quality rules",
      below: metrics.map(([metric, { range, rate, stuck, silenceMs, neighbours }]) => ({
        text: `${metric}: ${[
          range && `outside of ${range[0]} to ${range[1]}`,
          rate && `more than ${rate.most} in ${formatDuration(rate.perMs)}`,
          stuck && `one value for ${formatDuration(stuck.forMs)} and ${stuck.readings} readings`,
          silenceMs && `silent for ${formatDuration(silenceMs)}`,
          neighbours &&
            `${neighbours.z} robust deviations (each at least ${neighbours.spread}) from ${neighbours.devices} or more neighbours`,
        ]
          .filter(Boolean)
          .join("; ")}`,
      })),
    },
  ];
}

function dimensionBranches(model: ScoreModel, devices: readonly Device[]): Branch[] {
  const asked = model.dimensions.filter(({ aspects }) =>
    aspects.some(({ indicators }) => indicators.length > 0),
  );
  return model.dimensions.map((dimension): Branch => {
    if (!asked.includes(dimension)) return { text: `${dimension.title}: no indicators yet` };
    const aspects = dimension.aspects.filter(({ indicators }) => indicators.length > 0);
    return {
      text: `${dimension.title}  ${share(dimension.weight, asked)}, aspects by ${dimension.across} mean`,
      below: dimension.aspects.map((aspect): Branch => {
        if (!aspects.includes(aspect)) return { text: `${aspect.title}: no indicators yet` };
        return {
          text: `${aspect.title}  ${share(aspect.weight, aspects)}`,
          below: aspect.indicators.map((indicator) => ({
            text: `${indicator.title}  ${share(indicator.weight, aspect.indicators)}`,
            below: [
              { text: methodOf(indicator) },
              {
                text: `goalposts ${indicator.goalposts.map(([value, score]) => `${value} → ${score}`).join(", ")}`,
              },
              { text: sourcesOf(indicator, devices) },
            ],
          })),
        };
      }),
    };
  });
}

/** What a part weighs among those that are asked for. */
function share(weight: number, all: readonly { readonly weight: number }[]): string {
  return `${Math.round((100 * weight) / all.reduce((sum, each) => sum + each.weight, 0))} %`;
}

function methodOf(indicator: Indicator): string {
  if (indicator.from === "reports")
    return `reported, valid for ${formatDuration(indicator.validityMs)} after its period, in ${indicator.unit}`;
  const { metric, unit, overTime, windowMs, overDevices, minCoverage, everyMs } = indicator;
  const over =
    overDevices.by === "share_at_least"
      ? `share of devices at or above ${overDevices.threshold}`
      : `${overDevices.by} of the devices`;
  const window = formatDuration(windowMs);
  return overTime === "last"
    ? `${metric}: last value, valid for ${window}; ${over}, in ${unit}`
    : `${metric}: ${overTime} over ${window}, a reading every ${formatDuration(everyMs)} and ${percent(minCoverage)} of the window; ${over}, in ${unit}`;
}

function sourcesOf(indicator: Indicator, devices: readonly Device[]): string {
  if (indicator.from === undefined) return devicesOf(indicator, devices);
  return indicator.scope === "city" ? "one report for the whole city" : "a report for each area";
}

function devicesOf({ kinds, minDevices }: MeasuredIndicator, devices: readonly Device[]): string {
  const atLeast = `at least ${minDevices} in an area`;
  if (kinds === null) return `every device that sends it, ${atLeast}`;
  const placed = devices.filter(({ kind, area }) => area !== null && kinds.includes(kind));
  const areas = new Set(placed.map(({ area }) => area)).size;
  const found =
    placed.length === 0
      ? "THE CITY HAS NONE in an area"
      : `${placed.length} in ${areas} ${areas === 1 ? "area" : "areas"}`;
  return `devices of kind ${kinds.join(" or ")}: ${found}, ${atLeast}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
