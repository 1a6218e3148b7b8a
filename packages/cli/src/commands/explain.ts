import { CITY_AREA, KotaError } from "@kota/model";
import { loadCity } from "@kota/runtime";
import {
  boundsOf,
  disagreements,
  formatDuration,
  type IndicatorReceipt,
  type PartReceipt,
  parseScoreModel,
  type Receipt,
  type ReportedReceipt,
  storedReceipt,
} from "@kota/scoring";
import { dimensionNamed } from "../dimension-named.ts";
import { pastDevices } from "../past-devices.ts";
import { withPastReadings } from "../past-readings.ts";
import { pastReports } from "../past-reports.ts";
import { pointInTime } from "../point-in-time.ts";
import { isRunningKota } from "../running-kota.ts";
import { settings } from "../settings.ts";
import { type Branch, renderTree } from "../tree.ts";

export interface ExplainOptions {
  readonly dimension?: string;
  readonly aspect?: string;
  readonly indicator?: string;
  readonly at?: string;
  readonly url?: string;
  readonly json?: boolean;
}

/** `kota explain`: a score opened down to the devices, and recomputed from what it says. */
export async function explain(area: string, options: ExplainOptions): Promise<void> {
  const { dimension, aspect, indicator } = options;
  const at = options.at === undefined ? undefined : pointInTime("at", options.at);
  const config = settings();
  const receipt = await withPastReadings(config, options.url, async (readings) => {
    if (isRunningKota(readings)) {
      const response = await readings.get("/v1/scores/receipt", { area, dimension, aspect, indicator, at });
      return ((await response.json()) as { readonly receipt: Receipt }).receipt;
    }
    const city = loadCity(config.city);
    const place = {
      area,
      dimension: dimension === undefined ? null : dimensionNamed(dimension),
      aspect: aspect ?? null,
      indicator: indicator ?? null,
    };
    const areas = city.areas.features.map(({ properties }) => properties);
    const reports = await pastReports(config, readings);
    const devices = await pastDevices(config, city);
    const basis = { model: parseScoreModel(city.scoreModel), areas, devices, reports };
    return storedReceipt(readings, basis, place, at ?? Date.now());
  });
  if (receipt === undefined) {
    const levels = [area, dimension, aspect, indicator].filter((level) => level !== undefined);
    throw new KotaError(
      "not_found",
      `City and score model have no ${levels.join(" / ")}. 'kota model check' shows what there is; '${CITY_AREA}' is the whole city.`,
    );
  }
  const wrong = disagreements(receipt);
  console.log(options.json ? JSON.stringify(receipt) : receiptTree(receipt).join("\n"));
  if (wrong.length > 0) {
    throw new KotaError("internal", `The receipt does not recompute:\n  ${wrong.join("\n  ")}`);
  }
}

/** A receipt as a tree: each part with its weight, share and contribution, each device with its value. */
export function receiptTree(receipt: Receipt): string[] {
  const { area, at, model, limits } = receipt;
  const place = area === CITY_AREA ? "city" : area;
  const bounds = boundsOf(receipt);
  return [
    `${place} at ${at}, score model ${model.version} (${model.hash}); a score from ${percent(limits.minimum)} coverage on, provisional below ${percent(limits.ok)}`,
    ...(bounds
      ? [
          `between ${number(bounds.low)} and ${number(bounds.high)}, if the quality classes hold and whatever the missing data would say`,
        ]
      : []),
    ...renderTree(branchOf(receipt, receipt.title)),
  ];
}

function branchOf(receipt: Receipt, title: string): Branch {
  const text = `${title}: ${scoreOf(receipt)}`;
  switch (receipt.kind) {
    case "indicator":
      return { text, below: indicatorLines(receipt) };
    case "reported":
      return { text, below: reportedLines(receipt) };
    case "whole":
      return {
        text: `${text}${formulaOf(receipt.parts, receipt.across)}`,
        below: receipt.parts.map((part) => partBranch(part, receipt.across)),
      };
  }
}

function reportedLines({ state, report, method, unit }: ReportedReceipt): Branch[] {
  const { scope, validityMs, goalposts, source } = method;
  const where = scope === "city" ? "for the whole city" : "for each area";
  const rules: Branch[] = [
    { text: `reported ${where}; a report counts for ${formatDuration(validityMs)} after its period` },
    { text: `goalposts ${goalposts.map(([value, score]) => `${value} → ${score}`).join(", ")}` },
    { text: `source: ${source}` },
  ];
  if (report === null) return [...rules, { text: "not reported" }];
  const { value, period, author, date, quality, evidence, via, receivedAt, revision, expires } = report;
  const below: Branch[] = [
    { text: `source: ${report.source}` },
    { text: `evidence: ${evidence ?? "none"}` },
    ...(report.note === null ? [] : [{ text: `note: ${report.note}` }]),
    {
      text: `received over ${via} at ${receivedAt}; ${state === "expired" ? "expired" : "counts until"} ${expires}`,
    },
    ...report.corrects.map((earlier) => ({
      text: `corrects ${number(earlier.value)} ${unit} by ${earlier.author} of ${earlier.date}, class ${earlier.quality}, received ${earlier.receivedAt}`,
    })),
  ];
  return [
    ...rules,
    {
      text: `${state === "expired" ? "expired: " : ""}${number(value)} ${unit} for ${period.label}, by ${author} on ${date}, class ${quality}${revision > 1 ? `, revision ${revision}` : ""}`,
      below,
    },
  ];
}

function scoreOf({ score, status, coverage, value, unit }: Receipt): string {
  const measured = value === null ? "" : `${number(value)} ${unit} → `;
  return `${measured}${score === null ? "no score" : number(score)}  [${status}, coverage ${percent(coverage)}]`;
}

/** How the parts become the whole, with the numbers. */
function formulaOf(parts: readonly PartReceipt[], across: "arithmetic" | "geometric"): string {
  const present = parts.filter(({ score }) => score !== null);
  if (present.length === 0) return "";
  return across === "geometric"
    ? `  = ${present.map(({ score, share }) => `${number(Math.max(score ?? 0, 1))}^${number(share)}`).join(" × ")}`
    : `  = ${present.map(({ score, share }) => `${number(share)} × ${number(score ?? 0)}`).join(" + ")}`;
}

function partBranch(part: PartReceipt, across: "arithmetic" | "geometric"): Branch {
  if (!part.asked) return { text: `${part.title}: no indicators yet` };
  const counts =
    part.contribution === null
      ? "left out"
      : `share ${percent(part.share)}, ${across === "geometric" ? "factor" : "contribution"} ${number(part.contribution)}`;
  const title = `${part.title} (weight ${part.weight}, ${counts})`;
  return part.receipt === null
    ? { text: `${title}: ${part.score === null ? "no score" : number(part.score)}` }
    : branchOf(part.receipt, title);
}

function indicatorLines({ method, window, devices, unit }: IndicatorReceipt): Branch[] {
  const { overDevices, goalposts, overTime, metric, source, minDevices } = method;
  const over =
    overDevices.by === "share_at_least"
      ? `share of devices at or above ${overDevices.threshold}`
      : overDevices.by;
  const used = devices.filter(({ leftOut }) => leftOut === null);
  return [
    { text: `window ${window.from} to ${window.to}; ${overTime} of ${metric} for each device` },
    { text: `${over} of ${used.length} of ${devices.length} devices, at least ${minDevices}` },
    { text: `goalposts ${goalposts.map(([value, score]) => `${value} → ${score}`).join(", ")}` },
    { text: `source: ${source}` },
    ...devices.map(({ device, leftOut, value, readings, coverage, lastTime, flagged, flaggedReadings }) => ({
      text:
        leftOut === null
          ? `${device}: ${value === null ? "" : number(value)}${overDevices.by === "share_at_least" ? "" : ` ${unit}`}, ${readings} ${readings === 1 ? "reading" : "readings"}, ${percent(coverage)} of the window, last ${lastTime}`
          : `${device}: left out, ${leftOut.reason}`,
      below: [
        ...flaggedReadings.map(({ time, value, rule }) => ({
          text: `flagged ${time}: ${number(value)} (${rule === "range" ? "outside of its range" : "too fast a change"})`,
        })),
        ...(flagged.stuck > 0 ? [{ text: `flagged ${flagged.stuck}: the value is stuck` }] : []),
      ],
    })),
  ];
}

function number(value: number): string {
  return String(Number(value.toFixed(2)));
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
