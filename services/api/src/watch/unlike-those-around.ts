import type { Suspect, WatchedDevice } from "@kota/attention";
import {
  HOUR_MS,
  measuredIndicatorsOf,
  medianOf,
  type QualityRules,
  type ScoreModel,
  unlikeNeighbours,
} from "@kota/scoring";

/** Devices that an indicator compares with each other, area by area. */
interface NeighbourGroup {
  readonly metric: string;
  readonly kinds: readonly string[] | null;
  readonly rule: NonNullable<QualityRules["neighbours"]>;
}

/** As the indicators of a model ask: one group for each metric and choice of kinds. */
export function neighbourGroups(model: ScoreModel): readonly NeighbourGroup[] {
  const groups = new Map<string, NeighbourGroup>();
  for (const { metric, kinds } of measuredIndicatorsOf(model)) {
    const rule = model.quality[metric]?.neighbours;
    if (rule) groups.set(`${metric}/${kinds?.join() ?? ""}`, { metric, kinds, rule });
  }
  return [...groups.values()];
}

/** Devices whose mean of the last hour is too far from the median of those around them. */
export function unlikeThoseAround(
  groups: readonly NeighbourGroup[],
  devices: readonly WatchedDevice[],
  meanOf: (device: string, metric: string) => number | undefined,
  now: number,
): readonly Suspect[] {
  const suspects = new Map<string, Suspect>();
  for (const { metric, kinds, rule } of groups) {
    const byArea = new Map<string, { readonly device: string; readonly mean: number }[]>();
    for (const { id, area, kind, retired } of devices) {
      if (area === null || retired || (kinds !== null && (kind === null || !kinds.includes(kind)))) continue;
      const mean = meanOf(id, metric);
      if (mean === undefined) continue;
      const those = byArea.get(area);
      if (those) those.push({ device: id, mean });
      else byArea.set(area, [{ device: id, mean }]);
    }
    for (const those of byArea.values()) {
      const values = those.map(({ mean }) => mean);
      for (const index of unlikeNeighbours(values, rule)) {
        const { device, mean: value } = those[index] ?? { device: "", mean: Number.NaN };
        suspects.set(`${metric}/${device}`, {
          device,
          flag: "neighbours",
          metric,
          count: 1,
          of: those.length,
          value,
          limit: medianOf(values),
          time: now,
          since: now - HOUR_MS,
        });
      }
    }
  }
  return [...suspects.values()];
}
