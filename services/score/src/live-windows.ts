import type { Batch } from "@kota/event-log";
import type { Reading, RollUp } from "@kota/model";
import {
  emptySummary,
  HOUR_MS,
  hourOf,
  mergeSummaries,
  readingRulesKey,
  type ScoreModel,
  type SeriesWindow,
  type Summary,
  summaryOfOne,
  Windows,
} from "@kota/scoring";
import type { LateArrivals } from "./late-arrivals.ts";
import { type LateHour, LateHours } from "./late-hours.ts";
import { type LogPosition, packPosition, reaches, unpackPosition } from "./log-position.ts";

/** An hour stays open for so long after its end: windows up to an hour need its readings, and a little late is free. */
const KEEP_OPEN_MS = HOUR_MS;
/** Readings may come so late without the stored ones of their hour being asked for. */
const CONDENSE_AFTER_MS = 30_000;
/** An old hour closes when nothing came for it in this time, so that a past that is played back closes each hour once. */
const SETTLE_MS = 60_000;

const NOTHING_KEPT: readonly number[] = [];
/** The offset of an hour whose readings are all in the time series: a restart does not need the log for it. */
const NOT_IN_LOG = Number.MAX_SAFE_INTEGER;

export interface LiveWindowsOptions {
  /** Each device that has an area, with the metrics that it is asked for. No other device is kept, and no other metric of these. */
  readonly devices: ReadonlyMap<string, { readonly area: string; readonly metrics: ReadonlySet<string> }>;
  /**
   * The metrics that the score model asks for, each with the length of its longest window. No other metric is kept; older
   * readings change no score and are left.
   */
  readonly horizons: ReadonlyMap<string, number>;
  /** The metrics of which dense readings are condensed to minutes once these are over. Late ones then need a store. Undefined: none. */
  readonly condensed?: ReadonlySet<string> | undefined;
  /** By metric, which readings are flagged. */
  readonly quality?: ScoreModel["quality"];
  /** Told of readings that came after a minute in their windows was settled. */
  readonly lateArrivals?: LateArrivals;
}

interface KnownDevice {
  readonly area: string;
  readonly metrics: ReadonlySet<string>;
  series: readonly SeriesWindow[];
}

interface KeptMetric {
  readonly horizonMs: number;
  /** Older readings are left. */
  readonly from: number;
  /** Dense minutes before this need not keep their readings. */
  readonly condenseBefore: number;
}

/** An hour of several series that came by one partition. */
interface OpenGroup {
  readonly partition: number;
  readonly start: number;
  /** Where its first reading is: what is committed must not pass this before the hour is a roll-up in the log. */
  firstOffset: number;
  touchedAt: number;
  series: SeriesWindow[];
}

/** Series of one hour that are on their way to be roll-ups. */
export interface DueHour {
  readonly partition: number;
  readonly start: number;
  readonly series: readonly SeriesWindow[];
  /** One for each of the series. */
  readonly rollUps: readonly RollUp[];
}

/**
 * The windows as they follow the log: which hours are open and from where in the log they would be rebuilt, and which
 * readings came too late. No input and output: the caller passes readings and roll-ups in, and takes roll-ups out.
 */
export class LiveWindows {
  readonly windows: Windows;
  readonly #options: LiveWindowsOptions;
  /** With its few series beside it: by their names there would be a look-up in a table of all devices for each value. */
  readonly #devices: ReadonlyMap<string, KnownDevice>;
  /** By partition, then by start of the hour. */
  readonly #open = new Map<number, Map<number, OpenGroup>>();
  readonly #late = new LateHours();
  readonly #positions = new Map<number, number>();
  #forgotAt = 0;
  /** End of the newest closed hour. */
  #closedThrough = 0;

  constructor(options: LiveWindowsOptions) {
    this.#options = options;
    this.windows = new Windows(options.quality);
    this.#devices = new Map(
      Array.from(options.devices, ([id, { area, metrics }]) => [id, { area, metrics, series: [] }]),
    );
  }

  /**
   * Adds a batch. Returns the areas in which it changed something; a repeat changes nothing.
   * @param isReadBack it was in the log when this scorer started
   */
  take(batch: Batch<Reading>, now: number, isReadBack = false): ReadonlySet<string> {
    const { lateArrivals } = this.#options;
    const { partition, offset, nextOffset } = batch;
    const came = { partition, offset, nextOffset, isReadBack, now };
    const touched = new Set<string>();
    let group: OpenGroup | undefined;
    const kept = this.#keptMetrics(now);
    for (const reading of batch.values) {
      const { device, time, values } = reading;
      const known = this.#devices.get(device);
      if (known === undefined) continue;
      const start = hourOf(time);
      const isLate = lateArrivals?.isLate(time) === true;
      for (const metric in values) {
        const value = values[metric];
        const asked = known.metrics.has(metric) ? kept.get(metric) : undefined;
        if (value === undefined || asked === undefined) continue;
        const { horizonMs, from, condenseBefore } = asked;
        // Too old for the windows that end now; those of minutes in the past may have it in them.
        if (time < from) {
          if (isLate) lateArrivals?.note(reading, horizonMs, came);
          continue;
        }
        // No closure: this is done for every value.
        let series: SeriesWindow | undefined;
        for (const each of known.series) if (each.metric === metric) series = each;
        if (series === undefined) {
          series = this.windows.getOrCreate(device, metric);
          known.series = known.series.concat(series);
        }
        const added = series.add(time, value, condenseBefore);
        if (added === "unchanged") continue;
        if (isLate) lateArrivals?.note(reading, horizonMs, came);
        if (added === "closed") {
          this.#takeLate(series, start, time, value, batch, now);
          continue;
        }
        if (group?.start !== start) {
          group = this.#group(partition, start, offset);
          group.firstOffset = Math.min(group.firstOffset, offset);
          group.touchedAt = now;
        }
        if (added === "opened") group.series.push(series);
        touched.add(known.area);
      }
    }
    this.#positions.set(partition, nextOffset);
    return touched;
  }

  /** Takes a closed hour from the log; a later one for the same hour replaces it. */
  restore(rollUp: RollUp, now: number): void {
    const { device, metric, start, through, rules = "", ...summary } = rollUp;
    const horizonMs = this.#options.horizons.get(metric);
    if (
      horizonMs === undefined ||
      start < this.#keptFrom(now, horizonMs) ||
      this.#devices.get(device)?.metrics.has(metric) !== true
    )
      return;
    this.#closedThrough = Math.max(this.#closedThrough, start + HOUR_MS);
    const series = this.windows.getOrCreate(device, metric);
    series.setClosed({ start, summary, through: through ? packPosition(through) : null });
    if (rules === readingRulesKey(this.#options.quality?.[metric])) {
      this.#late.delete(series, start);
      return;
    }
    // Made by rules that are others now: as if readings had come late, it is made again from the stored ones.
    const { partition, offset: reach } = through ?? { partition: 0, offset: 0 };
    const readings = new Map<number, number>();
    this.#late.set({ series, start, partition, firstOffset: NOT_IN_LOG, reach, since: now, readings });
  }

  /**
   * Up to `most` series of an hour that is to be closed now, with their roll-ups; undefined when none is. They stay open
   * until {@link closed} says that the log has the roll-ups.
   */
  due(now: number, most: number): DueHour | undefined {
    const due = this.#dueGroup(now, most);
    if (due === undefined) return undefined;
    const { group, series } = due;
    const rollUps: RollUp[] = [];
    const summary = emptySummary();
    const through = this.#positionIn(group.partition);
    for (const each of series) {
      const hour = each.openHour(group.start);
      hour?.summarize(group.start, group.start + HOUR_MS, summary);
      rollUps.push(this.#rollUpOf(each, group.start, through, summary));
      if (hour) hour.changed = false;
    }
    return { partition: group.partition, start: group.start, series, rollUps };
  }

  /** Closes an hour of these series, but for those that got a reading since: they come due again. */
  closed({ partition, start, series, rollUps }: DueHour): void {
    this.#closedThrough = Math.max(this.#closedThrough, start + HOUR_MS);
    const group = this.#group(partition, start, 0);
    const closing = new Set(series);
    group.series = group.series.filter((each) => !closing.has(each));
    series.forEach((each, index) => {
      const rollUp = rollUps[index];
      if (each.openHour(start)?.changed !== false || rollUp === undefined) {
        group.series.push(each);
        return;
      }
      const { through, ...summary } = rollUp;
      each.setClosed({ start, summary, through: through ? packPosition(through) : null });
    });
    if (group.series.length === 0) this.#open.get(partition)?.delete(start);
  }

  /** For each partition, up to where in the log everything is taken in. */
  get positions(): ReadonlyMap<number, number> {
    return this.#positions;
  }

  get lateHours(): number {
    return this.#late.size;
  }

  /** Takes late hours out to be corrected, the oldest first; give each to {@link reopen}, {@link extend} or {@link postpone}. */
  takeLateHours(most: number): readonly LateHour[] {
    return this.#late.take(most);
  }

  /** The late hours taken out last are in the log again, or open with their place in the log noted. */
  lateSettled(): void {
    this.#late.settled();
  }

  /** Not now: it comes again with the next {@link takeLateHours}. */
  postpone(late: LateHour): void {
    this.#late.postpone(late);
  }

  /** Opens the hour again with all that is stored of it and the late readings; it closes, corrected, in its time. */
  reopen(late: LateHour, stored: Iterable<readonly [time: number, value: number]>, now: number): void {
    const { series, start } = late;
    const open = series.openHour(start);
    const isOpen = open !== undefined;
    const kept = open?.condensedBefore === Number.NEGATIVE_INFINITY ? NOTHING_KEPT : series.reopen(start);
    for (const [time, value] of stored) series.add(time, value);
    for (let i = 0; i < kept.length; i += 2) series.add(kept[i] ?? 0, kept[i + 1] ?? 0);
    for (const [time, value] of late.readings) series.add(time, value);
    const group = this.#group(late.partition, start, late.firstOffset);
    group.firstOffset = Math.min(group.firstOffset, late.firstOffset);
    group.touchedAt = now;
    if (!isOpen) group.series.push(series);
  }

  /**
   * Corrects a closed hour without its readings: what lies outside of its first and last time is surely new and is
   * merged; what lies between may be a repeat and is left. So nothing counts twice, and a late reading from the middle
   * of the hour is missing. Returns the corrected roll-up, or undefined when nothing changed.
   *
   * `for now`: the roll-up does not say that the late readings are in it, so that they are late again after a restart.
   */
  extend(
    { series, start, partition, readings }: LateHour,
    until: "for good" | "for now",
  ): RollUp | undefined {
    const closed = series.closedHour(start);
    if (closed === undefined) return undefined;
    let { summary } = closed;
    const { firstTime, lastTime } = summary;
    const range = this.#options.quality?.[series.metric]?.range;
    for (const [time, value] of [...readings].sort(([a], [b]) => a - b)) {
      if (range && (value < range[0] || value > range[1])) continue;
      if (time < firstTime || time > lastTime) summary = mergeSummaries(summary, summaryOfOne(time, value));
    }
    if (summary === closed.summary) return undefined;
    const asBefore = closed.through === null ? { partition, offset: 0 } : unpackPosition(closed.through);
    const through = until === "for now" ? asBefore : this.#positionIn(partition);
    series.setClosed({ start, summary, through: packPosition(through) });
    return this.#rollUpOf(series, start, through, summary);
  }

  /** For each partition, where a restart has to begin to read to have everything that is not in a roll-up. */
  restartOffsets(): ReadonlyMap<number, number> {
    const offsets = new Map(this.#positions);
    const atMost = (partition: number, offset: number) => {
      if (offset === NOT_IN_LOG) return;
      offsets.set(partition, Math.min(offset, offsets.get(partition) ?? offset));
    };
    for (const groups of this.#open.values()) {
      for (const { partition, firstOffset } of groups.values()) atMost(partition, firstOffset);
    }
    for (const { partition, firstOffset } of this.#late.held()) atMost(partition, firstOffset);
    return offsets;
  }

  /** Drops closed hours that no window reaches any more. */
  forget(now: number): void {
    const hour = hourOf(now);
    if (hour === this.#forgotAt) return;
    this.#forgotAt = hour;
    for (const [metric, horizonMs] of this.#options.horizons) {
      this.windows.forgetBefore(metric, this.#keptFrom(now, horizonMs));
    }
  }

  /**
   * Whether an evaluation at this time finds all that it looks at: the readings of the hour before it in open hours, and
   * the closed hours of its longest windows, with none of their readings still waiting to be put into them.
   */
  isExactAt(at: number): boolean {
    return (
      at + 1 - HOUR_MS >= this.#closedThrough && hourOf(at) + HOUR_MS >= this.#forgotAt && this.#late.isEmpty
    );
  }

  /** By metric that is kept. */
  #keptMetrics(now: number): ReadonlyMap<string, KeptMetric> {
    const { horizons, condensed } = this.#options;
    return new Map(
      Array.from(horizons, ([metric, horizonMs]) => [
        metric,
        {
          horizonMs,
          from: this.#keptFrom(now, horizonMs),
          condenseBefore: condensed?.has(metric) ? now - CONDENSE_AFTER_MS : Number.NEGATIVE_INFINITY,
        },
      ]),
    );
  }

  /** One hour more than the windows that end now need: a minute is settled some seconds after its end. */
  #keptFrom(now: number, horizonMs: number): number {
    return hourOf(now - horizonMs) - HOUR_MS;
  }

  #positionIn(partition: number): LogPosition {
    return { partition, offset: this.#positions.get(partition) ?? 0 };
  }

  #rollUpOf(
    series: SeriesWindow,
    start: number,
    through: LogPosition,
    { flagged, ...summary }: Summary,
  ): RollUp {
    const rules = readingRulesKey(this.#options.quality?.[series.metric]);
    return {
      device: series.device,
      metric: series.metric,
      start,
      ...summary,
      ...(flagged ? { flagged } : {}),
      ...(rules === "" ? {} : { rules }),
      through,
    };
  }

  #group(partition: number, start: number, offset: number): OpenGroup {
    let groups = this.#open.get(partition);
    if (groups === undefined) {
      groups = new Map();
      this.#open.set(partition, groups);
    }
    let group = groups.get(start);
    if (group === undefined) {
      group = { partition, start, firstOffset: offset, touchedAt: 0, series: [] };
      groups.set(start, group);
    }
    return group;
  }

  #dueGroup(
    now: number,
    most: number,
  ): { readonly group: OpenGroup; readonly series: readonly SeriesWindow[] } | undefined {
    for (const groups of this.#open.values()) {
      for (const group of groups.values()) {
        if (group.start + HOUR_MS + KEEP_OPEN_MS > now || group.touchedAt + SETTLE_MS > now) continue;
        const { start } = group;
        // A roll-up says that all until now is in it: what waits for the stored readings has to be put in before.
        const series = this.#late.isEmpty
          ? group.series
          : group.series.filter((each) => !this.#late.has(each, start));
        if (series.length > 0) return { group, series: series.slice(0, most) };
      }
    }
    return undefined;
  }

  #takeLate(
    series: SeriesWindow,
    start: number,
    time: number,
    value: number,
    batch: Batch<Reading>,
    now: number,
  ): void {
    const { partition, offset, nextOffset } = batch;
    // Read again after a restart: the roll-up was made when this batch was in it.
    if (reaches(series.closedThrough(start), { partition, offset: nextOffset })) return;
    // What is condensed by now was before this in the log, so that it is stored when this is.
    series.openHour(start)?.keepReadings();
    const place = { partition, firstOffset: offset, reach: nextOffset, since: now };
    this.#late.add({ series, start, ...place, readings: new Map([[time, value]]) });
  }
}
