import { METRICS, type MetricName } from "@kota/model";
import { closest, distance } from "fastest-levenshtein";
import { commonName } from "./common-names.ts";

const NAMES = Object.keys(METRICS) as MetricName[];

/** The metric of the catalogue that a wrong name was most likely meant to be; null: none is near. */
export function didYouMean(name: string): MetricName | null {
  if (name.length > 60) return null;
  const common = commonName(name);
  if (common && common.number === null) return common.entry.metric;
  const wanted = name.toLowerCase();
  const nearest = closest(wanted, NAMES) as MetricName;
  return distance(wanted, nearest) <= Math.max(2, Math.floor(nearest.length / 4)) ? nearest : null;
}
