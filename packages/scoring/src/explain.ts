import {
  CITY_AREA,
  METRICS,
  type Report,
  type ReportState,
  type ScorePart,
  type ScoreStatus,
} from "@kota/model";
import { formatDuration } from "./duration.ts";
import { goalpostsAround } from "./goalposts.ts";
import type { Across, Goalpost, MeasuredIndicator, ReportedIndicator, ScoreModel } from "./score-model.ts";

/** Numbers of an indicator's sentence. */
export interface IndicatorCase {
  readonly value: number | null;
  readonly score: number | null;
  readonly status: ScoreStatus;
  readonly coverage: number;
  /** Devices that were used, of those asked for. */
  readonly used: number;
  readonly expected: number;
  /** Devices that the quality rules left out. */
  readonly distrusted: number;
  /** With a share: how many are at or above the threshold. */
  readonly reaching: number;
}

/** How an indicator's score came about. */
export function explainIndicator(
  indicator: MeasuredIndicator,
  { value, score, status, coverage, used, expected, distrusted, reaching }: IndicatorCase,
  limits: ScoreModel["coverage"],
): string {
  const { title, overDevices, unit } = indicator;
  if (expected === 0) return `${title}: ${noDevices(indicator)}`;
  if (value === null) return `${title}: ${tooFewDevices(indicator, used, expected)}`;
  const result =
    overDevices.by === "share_at_least"
      ? `${reaching} of ${count(used, "device")} ${reaching === 1 ? "is" : "are"} at or above ${overDevices.threshold} ${METRICS[indicator.metric].unit}, a share of ${formatValue(indicator, value)} ${unit}`
      : `${subject(indicator, used)} is ${formatValue(indicator, value)} ${unit}`;
  const judged = score === null ? "" : judgement(indicator.goalposts, value, score);
  const lacking = expected - used - distrusted;
  const leftOut = lacking > 0 ? ` ${lacking} of ${expected} left out for lack of readings.` : "";
  const notTrusted = distrusted > 0 ? ` ${distrusted} of ${expected} left out by the quality rules.` : "";
  return `${title}: ${result}${judged}.${leftOut}${notTrusted}${caution(status, coverage, limits)}`;
}

/** How the score of a reported indicator came about. */
export function explainReported(
  indicator: Pick<ReportedIndicator, "title" | "unit" | "scope" | "goalposts" | "validityMs">,
  state: ReportState,
  report: Report | null,
  score: number | null,
): string {
  const { title, unit, scope, goalposts, validityMs } = indicator;
  if (report === null)
    return `${title}: not reported${scope === "city" ? " for the city" : " for this area"}.`;
  const { value, period, author, date, quality, area } = report;
  const who = `reported by ${author} on ${date} for ${period.label} (class ${quality})`;
  if (state === "expired") {
    return `${title}: not reported. The last report, ${value} ${unit}, ${who}, counted for ${formatDuration(validityMs)} after its period and has expired.`;
  }
  const where = area === CITY_AREA ? " for the whole city" : "";
  return `${title}: ${value} ${unit}${where}, ${who}${score === null ? "" : judgement(goalposts, value, score)}.`;
}

function judgement(goalposts: readonly Goalpost[], value: number, score: number): string {
  const around = goalpostsAround(goalposts, value).map(([at, gives]) => `${at} gives ${gives}`);
  return `, which gives ${formatScore(score)}: ${around.join(", ")}`;
}

/** How the score of an aspect, a dimension or an area came about. */
export function explainWhole(
  parts: readonly ScorePart[],
  unasked: readonly string[],
  across: Across,
  whole: { readonly status: ScoreStatus; readonly coverage: number },
  limits: ScoreModel["coverage"],
): string {
  if (parts.length === unasked.length) return "No data yet: the score model has no indicators here.";
  const present = parts.filter((part) => part.score !== null);
  const missing = parts.filter((part) => part.score === null && !unasked.includes(part.title));
  const sentences: string[] = [];
  if (present.length === 0) sentences.push("No part has enough data.");
  else {
    const how =
      across === "geometric"
        ? "Weighted geometric mean, so that good parts do not buy back a bad one"
        : "Weighted mean";
    sentences.push(
      `${how}: ${present.map((part) => `${part.title} ${formatScore(part.score ?? 0)} (${percent(part.share)})`).join(", ")}.`,
    );
    if (missing.length > 0) {
      sentences.push(`Left out for lack of data: ${missing.map((part) => part.title).join(", ")}.`);
    }
  }
  if (unasked.length > 0) sentences.push(`No indicators yet: ${unasked.join(", ")}.`);
  return sentences.join(" ") + (present.length === 0 ? "" : caution(whole.status, whole.coverage, limits));
}

/** How a score of the city came about; its parts are areas. */
export function explainCity(
  parts: readonly ScorePart[],
  asked: boolean,
  weight: ScoreModel["cityWeight"],
  whole: { readonly status: ScoreStatus; readonly coverage: number },
  limits: ScoreModel["coverage"],
): string {
  if (!asked) return "No data yet: the score model has no indicators here.";
  const present = parts.filter((part) => part.score !== null).sort((a, b) => (a.score ?? 0) - (b.score ?? 0));
  const [lowest] = present;
  const highest = present.at(-1);
  if (!lowest || !highest) return "No area has enough data.";
  const range =
    present.length === 1
      ? `${lowest.title} ${formatScore(lowest.score ?? 0)}`
      : `lowest ${lowest.title} ${formatScore(lowest.score ?? 0)}, highest ${highest.title} ${formatScore(highest.score ?? 0)}`;
  const by = weight === "population" ? "weighted by population" : "each counting the same";
  return `Mean of ${present.length} of ${count(parts.length, "area")}, ${by}: ${range}.${caution(whole.status, whole.coverage, limits)}`;
}

function noDevices({ kinds, metric }: MeasuredIndicator): string {
  return kinds === null
    ? `no data: no device in this area sends ${metric}.`
    : `no data: this area has no device of kind ${kinds.join(" or ")}.`;
}

function tooFewDevices(indicator: MeasuredIndicator, used: number, expected: number): string {
  const { overTime, windowMs, minDevices, minCoverage } = indicator;
  const enough =
    overTime === "last"
      ? `a value from the last ${formatDuration(windowMs)}`
      : `readings for ${percent(minCoverage)} of the last ${formatDuration(windowMs)}`;
  return `no data: ${used} of ${count(expected, "device")} ${used === 1 ? "has" : "have"} ${enough}, and at least ${minDevices} must.`;
}

const OVER_TIME_WORDS = {
  mean: "mean",
  level_mean: "energy mean",
  last: "last value",
  min: "minimum",
  max: "maximum",
  increase: "increase",
  load_factor: "load factor",
} as const;

function subject({ overTime, windowMs, overDevices }: MeasuredIndicator, used: number): string {
  const word = OVER_TIME_WORDS[overTime];
  const ofDevice = overTime === "last" ? word : `${formatDuration(windowMs)} ${word}`;
  return used === 1
    ? `the ${ofDevice} of 1 device`
    : `the ${overDevices.by} of ${used} devices (${ofDevice} of each)`;
}

function caution(status: ScoreStatus, coverage: number, limits: ScoreModel["coverage"]): string {
  switch (status) {
    case "ok":
      return "";
    case "provisional":
      return ` Provisional: ${percent(coverage)} of the data is there.`;
    case "no_data":
      return ` No score: ${percent(coverage)} of the data is there, and ${percent(limits.minimum)} is needed.`;
  }
}

/** A share and a load factor have a unit of their own, and so digits of their own. */
function formatValue(indicator: MeasuredIndicator, value: number): string {
  const own = indicator.overDevices.by === "share_at_least" || indicator.overTime === "load_factor";
  return value.toFixed(own ? 1 : METRICS[indicator.metric].decimals);
}

function formatScore(score: number): string {
  return String(Math.round(score * 10) / 10);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
