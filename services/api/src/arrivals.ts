const HOUR = 3_600_000;
/** Before it, a number for an hour would be a guess. */
const LEAST_MS = 10 * 60_000;

/** How many came in an hour, kept in three numbers however many there were. */
export class Arrivals {
  #hour = 0;
  #now = 0;
  #before = 0;

  add(at: number): void {
    this.#moveTo(Math.floor(at / HOUR));
    this.#now++;
  }

  /**
   * In the hour up to `now`: of the full hour before, the share that lies in it counts. Null while too little is known.
   * @param since when counting began
   */
  perHour(now: number, since: number): number | null {
    const known = now - since;
    if (known < LEAST_MS) return null;
    this.#moveTo(Math.floor(now / HOUR));
    if (known < HOUR) return Math.round(((this.#before + this.#now) * HOUR) / known);
    return Math.round(this.#before * (1 - (now % HOUR) / HOUR) + this.#now);
  }

  #moveTo(hour: number): void {
    if (hour <= this.#hour) return;
    this.#before = hour === this.#hour + 1 ? this.#now : 0;
    this.#hour = hour;
    this.#now = 0;
  }
}
