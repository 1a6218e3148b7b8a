import { minuteOf, type SeriesWindow } from "@kota/scoring";
import { SlotRows } from "./slot-rows.ts";

const MINUTE = 0;
const LOWEST = 1;
const HIGHEST = 2;
const COUNT = 3;
const ROW = 4;
/** So many readings of a minute are all taken: a few that cannot be are seen as soon as they come. */
const TAKEN_WHOLE = 10;

/**
 * Of a series that sends many readings a minute, adds to its window those that say something that others of the minute do not: the first ten, and
 * each that is lower or higher than all before it. Once the minute is over only the lowest and the highest of them stay. Whether a sensor is out of
 * range, stuck at a value or unlike its neighbours is told from these, and a sensor that sends twenty a second takes less memory than one that sends ten a minute.
 */
export class MinuteExtremes {
  readonly #rows = new SlotRows(ROW);

  add(series: SeriesWindow, time: number, value: number): void {
    const { slot } = series;
    const rows = this.#rows;
    const minute = minuteOf(time);
    const newest = rows.get(slot, MINUTE);
    // What comes late is rare.
    if (minute < newest) {
      series.add(time, value);
      return;
    }
    const isFirst = minute > newest;
    const before = rows.get(slot, COUNT);
    if (isFirst && before > TAKEN_WHOLE) series.keepExtremes(newest);
    const count = isFirst ? 1 : before + 1;
    const isLower = isFirst || value < rows.get(slot, LOWEST);
    const isHigher = isFirst || value > rows.get(slot, HIGHEST);
    rows.set(slot, MINUTE, minute);
    rows.set(slot, COUNT, count);
    if (isLower) rows.set(slot, LOWEST, value);
    if (isHigher) rows.set(slot, HIGHEST, value);
    if (count <= TAKEN_WHOLE || isLower || isHigher) series.add(time, value);
  }
}
