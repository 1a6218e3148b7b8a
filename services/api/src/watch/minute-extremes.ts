import { minuteOf } from "@kota/scoring";
import { SlotRows } from "./slot-rows.ts";

const MINUTE = 0;
const LOWEST = 1;
const HIGHEST = 2;
const COUNT = 3;
const ROW = 4;
/** So many readings of a minute are all taken: a few that cannot be are seen as soon as they come. */
const TAKEN_WHOLE = 10;

/**
 * Of a series that sends many readings a minute, which say something that others of the minute do not: the first ten, and
 * each that is lower or higher than all before it. Whether a sensor is out of range, stuck at a value or unlike its neighbours is told from these,
 * and a sensor that sends twenty a second takes little more memory than one that sends ten a minute.
 */
export class MinuteExtremes {
  readonly #rows = new SlotRows(ROW);

  /** @param slot of the series */
  isNew(slot: number, time: number, value: number): boolean {
    const rows = this.#rows;
    const minute = minuteOf(time);
    const newest = rows.get(slot, MINUTE);
    // What comes late is rare.
    if (minute < newest) return true;
    const isFirst = minute > newest;
    const count = isFirst ? 1 : rows.get(slot, COUNT) + 1;
    const isLower = isFirst || value < rows.get(slot, LOWEST);
    const isHigher = isFirst || value > rows.get(slot, HIGHEST);
    rows.set(slot, MINUTE, minute);
    rows.set(slot, COUNT, count);
    if (isLower) rows.set(slot, LOWEST, value);
    if (isHigher) rows.set(slot, HIGHEST, value);
    return count <= TAKEN_WHOLE || isLower || isHigher;
  }
}
