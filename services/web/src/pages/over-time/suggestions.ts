import type { Device, Score } from "../../api-types.ts";
import { MOST_SERIES, type SeriesRef, writeSeriesRef } from "../../chart/series-ref.ts";
import { CITY_AREA } from "../../score/score-key.ts";

/** Metrics of which an area has a worst one. */
const METRICS = ["pm2_5", "noise_laeq", "fill_level"] as const;
type SuggestedMetric = (typeof METRICS)[number];

/** A chart to start from: a metric of the area where it is worst now, and of its devices. */
export interface Suggestion {
  readonly metric: SuggestedMetric;
  readonly area: string;
  /** As they stand in a URL. */
  readonly series: readonly string[];
}

/**
 * The area where a metric is worst is the one whose devices have the highest mean of newest values; the live scores say
 * which areas there are. Nothing is suggested of what nobody measures.
 */
export function suggestionsOf(devices: readonly Device[], scores: readonly Score[]): readonly Suggestion[] {
  const areas = new Set(scores.map(({ area }) => area).filter((area) => area !== CITY_AREA));
  return METRICS.flatMap((metric): readonly Suggestion[] => {
    const byArea = new Map<string, Device[]>();
    for (const device of devices) {
      const { area, retired, latest } = device;
      if (retired || area === null || !areas.has(area) || latest[metric] === undefined) continue;
      byArea.set(area, [...(byArea.get(area) ?? []), device]);
    }
    const worst = [...byArea]
      .map(([area, those]) => ({ area, those, mean: meanOf(those, metric) }))
      .sort((a, b) => b.mean - a.mean)[0];
    if (worst === undefined) return [];
    const shown = worst.those
      .toSorted((a, b) => (b.latest[metric]?.value ?? 0) - (a.latest[metric]?.value ?? 0))
      .slice(0, MOST_SERIES - 1)
      .map(({ id }): SeriesRef => ({ kind: "reading", device: id, metric }));
    // The line of a single device is the area's already.
    const whole: readonly SeriesRef[] =
      worst.those.length > 1 ? [{ kind: "area", area: worst.area, metric }] : [];
    const series = [...whole, ...shown];
    return [{ metric, area: worst.area, series: series.map(writeSeriesRef) }];
  });
}

function meanOf(devices: readonly Device[], metric: string): number {
  return devices.reduce((sum, { latest }) => sum + (latest[metric]?.value ?? 0), 0) / devices.length;
}
