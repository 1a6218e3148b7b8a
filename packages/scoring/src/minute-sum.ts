import { MINUTE_MS, minuteOf } from "./minutes.ts";

/**
 * Adds up values that come in order of time: first those of each minute, then the minutes. So the sum is the same to the last
 * digit whether the readings of a minute are still there or only their sum.
 */
export class MinuteSum {
  /** Of the minutes before the one that was added to last. */
  before = 0;
  /** Of the one that was added to last. */
  minute = 0;
  /** Where that one ends. */
  end = Number.NEGATIVE_INFINITY;

  clear(): void {
    this.before = 0;
    this.minute = 0;
    this.end = Number.NEGATIVE_INFINITY;
  }

  add(time: number, value: number): void {
    if (time >= this.end) {
      this.before += this.minute;
      this.minute = 0;
      this.end = minuteOf(time) + MINUTE_MS;
    }
    this.minute += value;
  }

  /** Adds all of a minute at once. */
  addMinute(start: number, sum: number): void {
    this.before += this.minute;
    this.minute = sum;
    this.end = start + MINUTE_MS;
  }

  get total(): number {
    return this.before + this.minute;
  }
}
