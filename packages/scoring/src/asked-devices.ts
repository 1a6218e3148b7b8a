import type { Device } from "@kota/model";
import type { MeasuredIndicator, ScoreModel } from "./score-model.ts";
import { longestWindows, measuredIndicatorsOf } from "./score-model.ts";
import { hourOf } from "./summary.ts";
import type { Windows } from "./windows.ts";

/** The devices of an area that an indicator asks, in the order of the registry. */
export type AskedDevices = (indicator: MeasuredIndicator, windows: Windows, at: number) => readonly string[];

/**
 * With kinds: every device of these kinds. Without: every device that sent the metric within the longest window that
 * the model has for it, so that the answer depends on stored readings only and not on how long kota has run.
 */
export function askedDevices(model: ScoreModel, devices: readonly Device[]): AskedDevices {
  const longest = longestWindows(model);
  const ofKinds = new Map<MeasuredIndicator, readonly string[]>();
  for (const indicator of measuredIndicatorsOf(model)) {
    const { kinds } = indicator;
    if (kinds === null) continue;
    ofKinds.set(
      indicator,
      devices.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id),
    );
  }
  return (indicator, windows, at) => {
    const { metric } = indicator;
    const known = ofKinds.get(indicator);
    if (known) return known;
    const from = hourOf(at - (longest.get(metric) ?? 0));
    const asked: string[] = [];
    for (const { id } of devices) {
      if (windows.get(id, metric)?.hasReadings(from, at + 1)) asked.push(id);
    }
    return asked;
  };
}
