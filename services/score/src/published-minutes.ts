import { type Score, scoreKey } from "@kota/model";
import { isSame, MINUTE_MS, minuteEnd, minuteOf, type ScoreNumbers } from "@kota/scoring";

/** Points of so many minutes are held; what was published before is asked of the time series. */
const HELD_MS = 90 * MINUTE_MS;

/** What was published of each minute, and which minutes are not settled yet. */
export class PublishedMinutes {
  readonly #points = new Map<number, Map<string, ScoreNumbers>>();
  readonly #open = new Set<number>();
  readonly #newest = new Map<string, Score>();
  /** From this minute on, the points are all here. */
  #heldFrom: number;

  constructor(now: number) {
    this.#heldFrom = minuteOf(now) + MINUTE_MS;
  }

  /** Remembers what was published. A score that is not of the end of its minute leaves the minute open. */
  note(scores: readonly Score[]): void {
    for (const score of scores) {
      const key = scoreKey(score);
      const minute = minuteOf(score.at);
      let points = this.#points.get(minute);
      if (points === undefined) {
        points = new Map();
        this.#points.set(minute, points);
      }
      points.set(key, { score: score.score, value: score.value, coverage: score.coverage });
      if (score.at !== minuteEnd(minute)) this.#open.add(minute);
      const newest = this.#newest.get(key);
      if (newest === undefined || newest.at <= score.at) this.#newest.set(key, score);
    }
  }

  /** Minutes that ended before `time` and are not settled, the oldest first. */
  unsettled(time: number): number[] {
    return [...this.#open].filter((minute) => minuteEnd(minute) < time).sort((a, b) => a - b);
  }

  settled(minute: number): void {
    this.#open.delete(minute);
  }

  points(minute: number): ReadonlyMap<string, ScoreNumbers> {
    return this.#points.get(minute) ?? new Map();
  }

  /** Whether every point of the minute is here. */
  holds(minute: number): boolean {
    return minute >= this.#heldFrom;
  }

  /** Whether a minute's score is published with other numbers. What was not published in the minute stays so. */
  static isCorrection(score: ScoreNumbers, point: ScoreNumbers | undefined): boolean {
    return point !== undefined && !isSame(point, score);
  }

  /** Those of the same keys that are newer: to be published after, so that the newest score stays the last in the log. */
  newerThan(scores: readonly Score[]): Score[] {
    return scores.flatMap((score) => {
      const newest = this.#newest.get(scoreKey(score));
      return newest !== undefined && newest.at > score.at ? [newest] : [];
    });
  }

  forget(now: number): void {
    const before = minuteOf(now - HELD_MS);
    for (const minute of this.#points.keys()) {
      if (minute < before && !this.#open.has(minute)) this.#points.delete(minute);
    }
    this.#heldFrom = Math.max(this.#heldFrom, before);
  }
}
