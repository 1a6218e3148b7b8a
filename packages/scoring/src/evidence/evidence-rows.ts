import { CITY_AREA, type Device, type ScoreStatus } from "@kota/model";
import { statusOf } from "../combine.ts";
import type { ReceiptPlace } from "../receipt-head.ts";
import type { Aspect, Indicator, ModelDimension, ScoreModel } from "../score-model.ts";
import type { ScoredArea } from "../scored-area.ts";
import type { PublishedPoint } from "../verify.ts";
import type { StandardIndicator } from "./standards.ts";

/**
 * Where the data behind a number comes from. `measured`: live devices. `recorded`: recordings that are played again.
 * `simulated`: made up. `reported`: somebody states it. `mixed`: several of these. `not_reported`: there is no number.
 */
export const QUALITY_CLASSES = [
  "measured",
  "recorded",
  "simulated",
  "reported",
  "mixed",
  "not_reported",
] as const;
type QualityClass = (typeof QUALITY_CLASSES)[number];

export interface EvidenceRow extends ReceiptPlace {
  /** Half-open, Unix milliseconds. The numbers are the last ones that were published in it. */
  readonly from: number;
  readonly to: number;
  readonly areaName: string;
  readonly title: string;
  readonly value: number | null;
  readonly unit: string | null;
  readonly score: number | null;
  readonly status: ScoreStatus;
  readonly coverage: number;
  readonly quality: QualityClass;
  /** Of goalposts and method; null above the level of an indicator. */
  readonly source: string | null;
  readonly standards: readonly StandardIndicator[];
}

export interface EvidenceOptions {
  readonly history: {
    scoreHistory(
      query: ReceiptPlace & {
        readonly from: number;
        readonly to: number;
        readonly stepMs: number;
        readonly limit: number;
      },
    ): Promise<readonly PublishedPoint[]>;
  };
  readonly model: ScoreModel;
  readonly areas: readonly ScoredArea[];
  readonly devices: readonly Device[];
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

/** What the model says of a score, whatever the area. */
interface Level extends Omit<ReceiptPlace, "area"> {
  readonly title: string;
  readonly indicators: readonly Indicator[];
}

/**
 * Every score and indicator of a period, dimension by dimension, the city before its areas: a row for each step that has
 * one, and one row for the whole period where there is none. Reads one score's history at a time.
 */
export async function* evidenceRows(options: EvidenceOptions): AsyncGenerator<EvidenceRow> {
  const { history, model, areas, devices, from, to, stepMs } = options;
  const places = [{ id: CITY_AREA, name: "City" }, ...areas];
  const limit = Math.ceil((to - from) / stepMs) + 2;
  for (const level of levelsOf(model)) {
    const { dimension, aspect, indicator, title, indicators } = level;
    const [only] = indicator === null ? [] : indicators;
    for (const { id: area, name: areaName } of places) {
      const place = { area, dimension, aspect, indicator };
      const quality = qualityClass(indicators, area, devices);
      const points = await history.scoreHistory({ ...place, from, to, stepMs, limit });
      const row = {
        ...place,
        areaName,
        title: level.dimension === null ? areaName : title,
        unit: only?.unit ?? null,
        source: only?.source ?? null,
        standards: only?.standards ?? [],
      };
      for (const { time, score, value, coverage } of points) {
        yield {
          ...row,
          from: Math.max(from, time),
          to: Math.min(to, time + stepMs),
          value,
          score,
          coverage,
          status: score === null ? "no_data" : statusOf(coverage, model.coverage),
          quality: score === null ? "not_reported" : quality,
        };
      }
      if (points.length > 0) continue;
      const none = {
        value: null,
        score: null,
        coverage: 0,
        status: "no_data",
        quality: "not_reported",
      } as const;
      yield { ...row, from, to, ...none };
    }
  }
}

function* levelsOf(model: ScoreModel): Generator<Level> {
  const top = { dimension: null, aspect: null, indicator: null };
  const ofAspect = ({ indicators }: Aspect) => indicators;
  const ofDimension = ({ aspects }: ModelDimension) => aspects.flatMap(ofAspect);
  yield { ...top, title: "", indicators: model.dimensions.flatMap(ofDimension) };
  for (const dimension of model.dimensions) {
    const inDimension = { ...top, dimension: dimension.id };
    yield { ...inDimension, title: dimension.title, indicators: ofDimension(dimension) };
    for (const aspect of dimension.aspects) {
      const inAspect = { ...inDimension, aspect: aspect.id };
      yield { ...inAspect, title: aspect.title, indicators: ofAspect(aspect) };
      for (const indicator of aspect.indicators)
        yield { ...inAspect, indicator: indicator.id, title: indicator.title, indicators: [indicator] };
    }
  }
}

const BY_ORIGIN = { live: "measured", recorded: "recorded", simulated: "simulated" } as const;

/** By the devices that the indicators ask, as they are registered now, and by whether some are reported. */
function qualityClass(
  indicators: readonly Indicator[],
  area: string,
  devices: readonly Device[],
): QualityClass {
  const found = new Set<QualityClass>();
  const measured = indicators.flatMap((indicator) => (indicator.from === undefined ? [indicator] : []));
  if (measured.length < indicators.length) found.add("reported");
  for (const device of devices) {
    if (device.area === null || (area !== CITY_AREA && device.area !== area)) continue;
    if (measured.some(({ kinds }) => kinds?.includes(device.kind) ?? true))
      found.add(BY_ORIGIN[device.origin]);
  }
  const [only] = found;
  return found.size > 1 ? "mixed" : (only ?? "not_reported");
}
