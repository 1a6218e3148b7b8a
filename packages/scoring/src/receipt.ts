import { CITY_AREA, type Device, type QualityClass } from "@kota/model";
import { askedDevices } from "./asked-devices.ts";
import { combine, meanOfValues } from "./combine.ts";
import { indicatorScore, tallyOf } from "./indicator-result.ts";
import { judgeDevices, type LeftOut, leftOutReason } from "./judged-devices.ts";
import type { QualityRules } from "./quality/rules.ts";
import type { ReceiptHead, ReceiptPlace } from "./receipt-head.ts";
import { NO_REPORTS, type Reports } from "./reports/report-book.ts";
import { openReported, type ReportedReceipt } from "./reports/reported-receipt.ts";
import type {
  Across,
  Aspect,
  Goalpost,
  Indicator,
  MeasuredIndicator,
  ModelDimension,
  OverDevices,
  OverTime,
  ScoreModel,
} from "./score-model.ts";
import { cityWeight, type ScoredArea } from "./scored-area.ts";
import type { SeriesWindow } from "./series-window.ts";
import { type WindowBounds, windowBounds } from "./window-bounds.ts";
import type { Windows } from "./windows.ts";

/** What one device said for an indicator. */
export interface DeviceReceipt {
  readonly device: string;
  /** Null: it counts. */
  readonly leftOut: { readonly code: LeftOut; readonly reason: string } | null;
  /** In the indicator's unit; for a share, in the metric's. Null: there is none. */
  readonly value: number | null;
  /** Share of the window that its readings cover. */
  readonly coverage: number;
  /** How many readings the value was made from. */
  readonly readings: number;
  /** Event time of its newest reading in the window that counts. */
  readonly lastTime: string | null;
  /** Readings in the window that were left out, by the quality rule that flagged them. */
  readonly flagged: { readonly range: number; readonly rate: number; readonly stuck: number };
  /** Those that are flagged for themselves, the oldest first, at most 20. */
  readonly flaggedReadings: readonly {
    readonly time: string;
    readonly value: number;
    readonly rule: "range" | "rate";
  }[];
}

/** How an indicator of an area came about, with every device that was asked. */
export interface IndicatorReceipt extends ReceiptHead {
  readonly kind: "indicator";
  /** `from` belongs to it, `to` does not. */
  readonly window: { readonly from: string; readonly to: string };
  readonly method: {
    readonly metric: string;
    readonly overTime: OverTime;
    readonly windowMs: number;
    readonly everyMs: number;
    readonly minCoverage: number;
    readonly overDevices: OverDevices;
    readonly minDevices: number;
    readonly goalposts: readonly Goalpost[];
    readonly source: string;
    /** How exact the devices are, as a class of reports. */
    readonly accuracy: QualityClass;
    /** The quality rules of the metric; null: none. */
    readonly quality: QualityRules | null;
  };
  /** In the order in which they were added up. */
  readonly devices: readonly DeviceReceipt[];
}

/** An ingredient of a whole. */
export interface PartReceipt {
  readonly id: string;
  readonly title: string;
  /** Weight as the model gives it; of an area, as its inhabitants do. */
  readonly weight: number;
  /** False: the model has no indicators here, and nothing is missing. */
  readonly asked: boolean;
  readonly score: number | null;
  readonly value: number | null;
  readonly coverage: number;
  /** Share of the weight of the parts that have a score; 0 for a part that was left out. */
  readonly share: number;
  /**
   * Of an arithmetic mean share × score: the contributions add up to the score. Of a geometric mean score to the power of
   * its share, with a score below 1 taken as 1: they multiply to it. Null for a part that was left out.
   */
  readonly contribution: number | null;
  /** The part opened in turn; null when only one level was asked for. */
  readonly receipt: Receipt | null;
}

/** How the score of an aspect, a dimension or an area came about, or any of the city: there the parts are areas. */
export interface WholeReceipt extends ReceiptHead {
  readonly kind: "whole";
  readonly across: Across;
  readonly parts: readonly PartReceipt[];
}

/** A score opened: all that it takes to compute it again, see {@link recompute}. Survives JSON without a change. */
export type Receipt = IndicatorReceipt | ReportedReceipt | WholeReceipt;

/** What a receipt is made from. */
export interface ReceiptBasis {
  readonly model: ScoreModel;
  readonly windows: Windows;
  readonly areas: readonly ScoredArea[];
  readonly devices: readonly Device[];
  /** Left out: there are none. */
  readonly reports?: Reports;
  readonly at: number;
}

/** The receipt of a score with everything below it; undefined when model and city have no such score. */
export function receiptOf(basis: ReceiptBasis, place: ReceiptPlace): Receipt | undefined {
  const { dimension, aspect, indicator } = place;
  const inDimension = basis.model.dimensions.find(({ id }) => id === dimension);
  const inAspect = inDimension?.aspects.find(({ id }) => id === aspect);
  const ofIndicator = inAspect?.indicators.find(({ id }) => id === indicator);
  if (dimension !== null && inDimension === undefined) return undefined;
  if (aspect !== null && inAspect === undefined) return undefined;
  if (indicator !== null && ofIndicator === undefined) return undefined;
  const ofArea = (area: ScoredArea): Opened => {
    if (inDimension === undefined) return openArea(basis, area);
    if (inAspect === undefined) return openDimension(basis, area, inDimension);
    return ofIndicator === undefined
      ? openAspect(basis, area, inDimension, inAspect)
      : openIndicator(basis, area, inDimension, inAspect, ofIndicator);
  };
  if (place.area === CITY_AREA) return openCity(basis, place, ofArea);
  const area = basis.areas.find(({ id }) => id === place.area);
  return area && ofArea(area).receipt;
}

/** The receipt without what is below its parts. */
export function closeParts<R extends Receipt>(receipt: R): R {
  if (receipt.kind !== "whole") return receipt;
  return { ...receipt, parts: receipt.parts.map((part) => ({ ...part, receipt: null })) };
}

/** A receipt on its way to be a part. */
interface Opened {
  readonly receipt: Receipt;
  readonly asked: boolean;
}

type Named = { readonly id: string; readonly title: string; readonly weight: number };

function openArea(basis: ReceiptBasis, area: ScoredArea): Opened {
  const children = basis.model.dimensions.map((dimension) => ({
    named: dimension,
    ...openDimension(basis, area, dimension),
  }));
  return openWhole(basis, { ...OVERALL, area: area.id }, area.name, children, "arithmetic");
}

function openDimension(basis: ReceiptBasis, area: ScoredArea, dimension: ModelDimension): Opened {
  const children = dimension.aspects.map((aspect) => ({
    named: aspect,
    ...openAspect(basis, area, dimension, aspect),
  }));
  const place = { ...OVERALL, area: area.id, dimension: dimension.id };
  return openWhole(basis, place, dimension.title, children, dimension.across);
}

function openAspect(
  basis: ReceiptBasis,
  area: ScoredArea,
  dimension: ModelDimension,
  aspect: Aspect,
): Opened {
  const children = aspect.indicators.map((indicator) => ({
    named: indicator,
    ...openIndicator(basis, area, dimension, aspect, indicator),
  }));
  const place = { ...OVERALL, area: area.id, dimension: dimension.id, aspect: aspect.id };
  return openWhole(basis, place, aspect.title, children, "arithmetic");
}

function openIndicator(
  basis: ReceiptBasis,
  area: ScoredArea,
  dimension: ModelDimension,
  aspect: Aspect,
  indicator: Indicator,
): Opened {
  if (indicator.from === undefined) return openMeasured(basis, area, dimension, aspect, indicator);
  const { model, reports = NO_REPORTS, at } = basis;
  const place = { area: area.id, dimension: dimension.id, aspect: aspect.id, indicator: indicator.id };
  return { asked: true, receipt: openReported(indicator, place, reports, model, at) };
}

function openMeasured(
  { model, windows, devices, at }: ReceiptBasis,
  area: ScoredArea,
  dimension: ModelDimension,
  aspect: Aspect,
  indicator: MeasuredIndicator,
): Opened {
  const { metric, overTime, windowMs, everyMs, minCoverage, minDevices, goalposts, source } = indicator;
  const inArea = devices.filter((device) => device.area === area.id);
  const asked = askedDevices(model, inArea)(indicator, windows, at);
  const judged = judgeDevices(indicator, asked, windows, at, model.quality);
  const rules = model.quality[metric];
  const bounds = windowBounds(indicator, at);
  const said = judged.map(({ leftOut, found }) =>
    leftOut !== null || found === null || found.value === null ? null : { ...found, value: found.value },
  );
  return {
    asked: true,
    receipt: {
      kind: "indicator",
      area: area.id,
      dimension: dimension.id,
      aspect: aspect.id,
      indicator: indicator.id,
      title: indicator.title,
      at: timeText(at),
      ...indicatorScore(indicator, tallyOf(indicator, said), model.coverage),
      unit: indicator.unit,
      model: { version: model.version, hash: model.hash },
      limits: model.coverage,
      window: { from: timeText(bounds.from), to: timeText(bounds.to) },
      method: {
        metric,
        overTime,
        windowMs,
        everyMs,
        minCoverage,
        overDevices: indicator.overDevices,
        minDevices,
        goalposts,
        source,
        accuracy: indicator.accuracy ?? DEFAULT_ACCURACY,
        quality: rules ?? null,
      },
      devices: judged.map(({ device, leftOut, found }): DeviceReceipt => {
        const coverage = found?.coverage ?? 0;
        return {
          device,
          leftOut:
            leftOut === null
              ? null
              : { code: leftOut, reason: leftOutReason(indicator, leftOut, coverage, rules) },
          value: found?.value ?? null,
          coverage,
          readings: found?.readings ?? 0,
          lastTime: found && found.readings > 0 ? timeText(found.lastTime) : null,
          flagged: found?.flagged ?? { range: 0, rate: 0, stuck: 0 },
          flaggedReadings: flaggedIn(windows.get(device, metric), bounds),
        };
      }),
    },
  };
}

/** Of a sensor of which the model says nothing: what low-cost sensors reach. */
const DEFAULT_ACCURACY: QualityClass = "C";

const MOST_FLAGGED = 20;

function flaggedIn(
  series: SeriesWindow | undefined,
  { from, to }: WindowBounds,
): DeviceReceipt["flaggedReadings"] {
  const flagged: DeviceReceipt["flaggedReadings"][number][] = [];
  series?.eachFlagged(from, to, (time, value, rule) => {
    if (flagged.length < MOST_FLAGGED) flagged.push({ time: timeText(time), value, rule });
  });
  return flagged;
}

function openCity(
  basis: ReceiptBasis,
  place: ReceiptPlace,
  ofArea: (area: ScoredArea) => Opened,
): Receipt | undefined {
  const { model, areas } = basis;
  const children = areas.map((area) => ({
    named: { id: area.id, title: area.name, weight: cityWeight(model, areas, area) },
    ...ofArea(area),
  }));
  const [first] = children;
  if (first === undefined) return undefined;
  const title = place.dimension === null ? "City" : first.receipt.title;
  const { receipt } = openWhole(basis, place, title, children, "arithmetic");
  return receipt.kind === "whole"
    ? { ...receipt, value: meanOfValues(receipt.parts), unit: first.receipt.unit }
    : receipt;
}

function openWhole(
  { model, at }: ReceiptBasis,
  place: ReceiptPlace,
  title: string,
  children: readonly (Opened & { readonly named: Named })[],
  across: Across,
): Opened {
  const ingredients = children.map(({ named, asked, receipt }) => ({
    weight: named.weight,
    score: receipt.score,
    coverage: receipt.coverage,
    asked,
  }));
  const { asked, shares, ...whole } = combine(ingredients, across, model.coverage);
  const parts = children.map(({ named, asked, receipt }, index): PartReceipt => {
    const share = shares[index] ?? 0;
    return {
      id: named.id,
      title: named.title,
      weight: named.weight,
      asked,
      score: receipt.score,
      value: receipt.value,
      coverage: receipt.coverage,
      share,
      contribution: contributionOf(receipt.score, share, across),
      receipt,
    };
  });
  return {
    asked,
    receipt: {
      kind: "whole",
      ...place,
      title,
      at: timeText(at),
      ...whole,
      value: null,
      unit: null,
      model: { version: model.version, hash: model.hash },
      limits: model.coverage,
      across,
      parts,
    },
  };
}

/** What a part adds to an arithmetic mean, or multiplies a geometric one by. */
function contributionOf(score: number | null, share: number, across: Across): number | null {
  if (score === null) return null;
  return across === "geometric" ? Math.max(score, 1) ** share : share * score;
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

const OVERALL = { dimension: null, aspect: null, indicator: null };
