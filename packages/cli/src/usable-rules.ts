import type { City } from "@kota/model";
import { type ReportRules, reportRules } from "@kota/reports";

/** What reports of the city have to agree with; undefined while its score model cannot be used: then none is taken. */
export function usableRules(city: City): ReportRules | undefined {
  try {
    return reportRules(city);
  } catch {
    return undefined;
  }
}
