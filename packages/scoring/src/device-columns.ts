import { AreaTally } from "./area-tally.ts";
import { DeviceEntries, NONE } from "./device-entries.ts";
import type { LeftOut } from "./judged-devices.ts";
import { minuteOf } from "./minutes.ts";
import type { QualityRules } from "./quality/rules.ts";
import { unlikeNeighbours } from "./quality/unlike-neighbours.ts";
import type { MeasuredIndicator } from "./score-model.ts";
import { silentBefore, windowBounds } from "./window-bounds.ts";
import type { Windows } from "./windows.ts";

/** What a device is left out for, as a number; 0: it counts. */
const COUNTS = 0;
const CODES: readonly (LeftOut | null)[] = [
  null,
  "no_readings",
  "flagged",
  "silent",
  "no_value",
  "too_little",
  "unlike_neighbours",
];
const NO_READINGS = CODES.indexOf("no_readings");
const FLAGGED = CODES.indexOf("flagged");
const SILENT = CODES.indexOf("silent");
const NO_VALUE = CODES.indexOf("no_value");
const TOO_LITTLE = CODES.indexOf("too_little");
const UNLIKE_NEIGHBOURS = CODES.indexOf("unlike_neighbours");

/**
 * What an indicator takes each of its devices in an area for, and what they say together, from one evaluation to the next. Within
 * a minute only the devices that sent something are looked at, judged and counted anew: an evaluation costs what changed,
 * and gives what the first one of all would give, to the last digit.
 */
export class DeviceColumns {
  readonly #indicator: MeasuredIndicator;
  readonly #rules: QualityRules | undefined;
  #asked: readonly string[] | undefined;
  #windows: Windows | undefined;
  #entries: DeviceEntries | undefined;
  #tally: AreaTally;
  #codes = new Uint8Array();
  /** The bounds of the last evaluation; within the same minute they are the same. */
  #at = Number.NaN;
  #minute = Number.NaN;
  #from = Number.NaN;
  #end = Number.NaN;
  #seriesThen = -1;
  /** Places of the devices that are left out as unlike their neighbours. */
  #unlike: number[] = [];
  #counting: readonly string[] = [];
  #isCountingKnown = true;

  constructor(indicator: MeasuredIndicator, rules: QualityRules | undefined) {
    this.#indicator = indicator;
    this.#rules = rules;
    this.#tally = new AreaTally(indicator.overDevices, 0);
  }

  /**
   * Looks at these devices at a time. What was asked of the columns before is not true any more.
   * @returns false when nothing can have changed since the last time
   */
  judge(asked: readonly string[], windows: Windows, at: number): boolean {
    const entries = this.#entriesOf(asked, windows);
    const bounds = windowBounds(this.#indicator, at);
    const minute = minuteOf(at + 1);
    const isSteady =
      minute === this.#minute &&
      bounds.from === this.#from &&
      bounds.end === this.#end &&
      windows.size === this.#seriesThen &&
      at >= this.#at &&
      at < entries.steadyUntil;
    this.#at = at;
    this.#minute = minute;
    this.#from = bounds.from;
    this.#end = bounds.end;
    this.#seriesThen = windows.size;
    const silent = silentBefore(this.#rules, at);
    if (isSteady) {
      entries.lookAtChanged(bounds, at);
      if (entries.lookedCount === 0) return false;
      this.#tally.keepOrder();
      this.#takeBackUnlike(entries);
      for (let k = 0; k < entries.lookedCount; k++) this.#take(entries, entries.looked[k] ?? 0, silent);
    } else {
      entries.resolve();
      entries.lookAtAll(bounds, at);
      this.#tally.dropOrder();
      this.#unlike = [];
      for (let n = 0; n < asked.length; n++) this.#take(entries, n, silent);
    }
    this.#leaveOutUnlike();
    return true;
  }

  /** What the devices that count say together. */
  get tally(): AreaTally {
    return this.#tally;
  }

  /** How many devices are left out because they are not to be trusted. */
  get distrusted(): number {
    let distrusted = 0;
    for (const code of this.#codes)
      if (code === FLAGGED || code === SILENT || code === UNLIKE_NEIGHBOURS) distrusted++;
    return distrusted;
  }

  /** Calls `visit` for every device that counts, in the order in which they are asked. */
  each(
    visit: (device: string, value: number, coverage: number, readings: number, lastTime: number) => void,
  ): void {
    const entries = this.#entries;
    const asked = this.#asked;
    if (entries === undefined || asked === undefined) return;
    const { values, coverage, readings, lastTimes } = entries;
    for (let n = 0; n < asked.length; n++) {
      if (this.#codes[n] !== COUNTS) continue;
      visit(asked[n] ?? "", values[n] ?? Number.NaN, coverage[n] ?? 0, readings[n] ?? 0, lastTimes[n] ?? 0);
    }
  }

  /** The devices that count: the same list as before as long as they are the same. */
  get counting(): readonly string[] {
    if (!this.#isCountingKnown) {
      this.#isCountingKnown = true;
      const counting = (this.#asked ?? []).filter((_device, n) => this.#codes[n] === COUNTS);
      if (!isSameList(this.#counting, counting)) this.#counting = counting;
    }
    return this.#counting;
  }

  #entriesOf(asked: readonly string[], windows: Windows): DeviceEntries {
    if (
      this.#entries === undefined ||
      this.#asked === undefined ||
      this.#windows !== windows ||
      !isSameList(this.#asked, asked)
    ) {
      this.#asked = asked;
      this.#windows = windows;
      this.#entries = new DeviceEntries(this.#indicator, this.#rules, asked, windows);
      this.#tally = new AreaTally(this.#indicator.overDevices, asked.length);
      this.#codes = new Uint8Array(asked.length).fill(NO_READINGS);
      this.#isCountingKnown = false;
      this.#minute = Number.NaN;
    }
    return this.#entries;
  }

  /** Takes what the entry of a device says, its neighbours aside. */
  #take(entries: DeviceEntries, n: number, silent: number): void {
    const code = this.#codeOf(entries, n, silent);
    const before = this.#codes[n];
    if (code !== before) {
      this.#codes[n] = code;
      if (code === COUNTS || before === COUNTS) this.#isCountingKnown = false;
    }
    if (code === COUNTS) this.#put(entries, n);
    else if (before === COUNTS) this.#tally.leaveOut(n);
  }

  #put(entries: DeviceEntries, n: number): void {
    this.#tally.put(n, entries.values[n] ?? Number.NaN, entries.coverage[n] ?? 0, entries.readings[n] ?? 0);
  }

  #codeOf(entries: DeviceEntries, n: number, silent: number): number {
    const readings = entries.readings[n] ?? NONE;
    if (readings === NONE) return NO_READINGS;
    if (readings === 0) return FLAGGED;
    if ((entries.lastTimes[n] ?? 0) < silent) return SILENT;
    if (Number.isNaN(entries.values[n])) return NO_VALUE;
    return (entries.coverage[n] ?? 0) < this.#indicator.minCoverage ? TOO_LITTLE : COUNTS;
  }

  /** Who is compared with whom is found anew: those that were left out for it count, until they are compared. */
  #takeBackUnlike(entries: DeviceEntries): void {
    for (const n of this.#unlike) {
      this.#codes[n] = COUNTS;
      this.#put(entries, n);
      this.#isCountingKnown = false;
    }
    this.#unlike = [];
  }

  #leaveOutUnlike(): void {
    const rule = this.#rules?.neighbours;
    const tally = this.#tally;
    if (!rule || tally.count < rule.devices) return;
    const { median } = tally;
    const farthest = Math.max(Math.abs(tally.lowest - median), Math.abs(tally.highest - median));
    // However close together the others are, a smaller difference than this makes no outlier.
    if (farthest <= rule.z * rule.spread) return;
    const unlike = unlikeNeighbours(tally.values(), rule);
    let index = 0;
    for (let n = 0; n < this.#codes.length && unlike.size > 0; n++) {
      if (this.#codes[n] !== COUNTS) continue;
      if (unlike.has(index++)) this.#unlike.push(n);
    }
    for (const n of this.#unlike) {
      this.#codes[n] = UNLIKE_NEIGHBOURS;
      tally.leaveOut(n);
      this.#isCountingKnown = false;
    }
  }
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return (
    one === other || (one.length === other.length && one.every((device, index) => device === other[index]))
  );
}
