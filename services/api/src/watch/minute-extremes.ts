import { MINUTE_MS } from "@kota/scoring";

const MINUTE = 0;
const LOWEST = 1;
const HIGHEST = 2;
const ROW = 3;
const FIRST_ROOM = 64;

/**
 * Of a series that sends many readings a minute, which say something that others of the minute do not: the first, and each
 * that is lower or higher than all before it. Whether a sensor is out of range, stuck at a value or unlike its neighbours is told from these,
 * and a sensor that sends twenty a second takes no more memory than one that sends ten a minute.
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
    if (isFirst) rows[at + MINUTE] = minute;
    const isLower = isFirst || value < (rows[at + LOWEST] ?? 0);
    const isHigher = isFirst || value > (rows[at + HIGHEST] ?? 0);
    if (isLower) rows[at + LOWEST] = value;
    if (isHigher) rows[at + HIGHEST] = value;
    return isLower || isHigher;
  }

  #makeRoom(at: number): void {
    if (at < this.#rows.length) return;
    const roomier = new Float64Array(Math.ceil(1.5 * (at / ROW + 1)) * ROW);
    roomier.set(this.#rows);
    this.#rows = roomier;
  }
}
