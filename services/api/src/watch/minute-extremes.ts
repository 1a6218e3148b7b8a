import { MINUTE_MS } from "@kota/scoring";

const MINUTE = 0;
const LOWEST = 1;
const HIGHEST = 2;
const COUNT = 3;
const ROW = 4;
const FIRST_ROOM = 64;
/** So many readings of a minute are all taken: a few that cannot be are seen as soon as they come. */
const TAKEN_WHOLE = 10;

/**
 * Of a series that sends many readings a minute, which say something that others of the minute do not: the first ten, and
 * each that is lower or higher than all before it. Whether a sensor is out of range, stuck at a value or unlike its neighbours is told from these,
 * and a sensor that sends twenty a second takes little more memory than one that sends ten a minute.
 */
export class MinuteExtremes {
  #rows = new Float64Array(FIRST_ROOM * ROW);

  /** @param slot of the series */
  isNew(slot: number, time: number, value: number): boolean {
    const at = slot * ROW;
    this.#makeRoom(at);
    const rows = this.#rows;
    const minute = Math.floor(time / MINUTE_MS);
    const newest = rows[at + MINUTE] ?? 0;
    // What comes late is rare.
    if (minute < newest) return true;
    const isFirst = minute > newest;
    if (isFirst) {
      rows[at + MINUTE] = minute;
      rows[at + COUNT] = 0;
    }
    const count = (rows[at + COUNT] ?? 0) + 1;
    rows[at + COUNT] = count;
    const isLower = isFirst || value < (rows[at + LOWEST] ?? 0);
    const isHigher = isFirst || value > (rows[at + HIGHEST] ?? 0);
    if (isLower) rows[at + LOWEST] = value;
    if (isHigher) rows[at + HIGHEST] = value;
    return count <= TAKEN_WHOLE || isLower || isHigher;
  }

  #makeRoom(at: number): void {
    if (at < this.#rows.length) return;
    const roomier = new Float64Array(Math.ceil(1.5 * (at / ROW + 1)) * ROW);
    roomier.set(this.#rows);
    this.#rows = roomier;
  }
}
