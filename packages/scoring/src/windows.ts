import type { QualityRules } from "./quality/rules.ts";
import { RunningHours } from "./running-hours.ts";
import { SeriesVersions } from "./series-versions.ts";
import { SeriesWindow } from "./series-window.ts";

/** The windows of every series, by metric and device. */
export class Windows {
  readonly #quality: Readonly<Record<string, QualityRules>>;

  /** @param quality By metric, which readings are flagged. */
  constructor(quality: Readonly<Record<string, QualityRules>> = {}) {
    this.#quality = quality;
  }

  readonly #byMetric = new Map<string, Map<string, SeriesWindow>>();
  readonly versions = new SeriesVersions();
  readonly running = new RunningHours();
  #size = 0;

  /** How many series there are. None is ever removed. */
  get size(): number {
    return this.#size;
  }

  get(device: string, metric: string): SeriesWindow | undefined {
    return this.#byMetric.get(metric)?.get(device);
  }

  getOrCreate(device: string, metric: string): SeriesWindow {
    let byDevice = this.#byMetric.get(metric);
    if (byDevice === undefined) {
      byDevice = new Map();
      this.#byMetric.set(metric, byDevice);
    }
    let series = byDevice.get(device);
    if (series === undefined) {
      series = new SeriesWindow(device, metric, this.#quality[metric], this.versions, this.running);
      byDevice.set(device, series);
      this.#size++;
    }
    return series;
  }

  *all(): Generator<SeriesWindow> {
    for (const byDevice of this.#byMetric.values()) yield* byDevice.values();
  }

  /** Drops closed hours of a metric that begin before `time`. */
  forgetBefore(metric: string, time: number): void {
    for (const series of this.#byMetric.get(metric)?.values() ?? []) series.forgetBefore(time);
  }
}
