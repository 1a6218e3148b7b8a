import type { City } from "@kota/model";
import { parseScoreModel, reportedIndicatorsOf } from "@kota/scoring";

/** What a report has to agree with. */
export interface ReportRules {
  readonly indicators: ReadonlyMap<string, { readonly unit: string; readonly scope: "area" | "city" }>;
  readonly areas: ReadonlySet<string>;
  readonly timeZone: string;
  /** The end of a period may be ahead of the receipt by this much. */
  readonly maxFutureMs: number;
}

/** @throws KotaError `score_model_invalid` */
export function reportRules({
  settings,
  areas,
  scoreModel,
}: Pick<City, "settings" | "areas" | "scoreModel">): ReportRules {
  return {
    indicators: new Map(
      reportedIndicatorsOf(parseScoreModel(scoreModel)).map(({ id, unit, scope }) => [id, { unit, scope }]),
    ),
    areas: new Set(areas.features.map(({ properties }) => properties.id)),
    timeZone: settings.timeZone,
    maxFutureMs: settings.limits.maxFutureSeconds * 1000,
  };
}
