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

/** {@link reportRules}, or undefined for a city without a usable score model: then none of its reports is taken. */
export function usableReportRules(
  city: Parameters<typeof reportRules>[0],
  onProblem: (error: unknown) => void = () => {},
): ReportRules | undefined {
  try {
    return reportRules(city);
  } catch (error) {
    onProblem(error);
    return undefined;
  }
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
