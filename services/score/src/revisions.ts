import { type Score, type ScoreRevision, scoreKey } from "@kota/model";
import { isSame, minuteOf, type ScoreNumbers } from "@kota/scoring";
import type { StaleRange } from "./late-arrivals.ts";

/** Reports that are named in the reason. */
const MOST_NAMED = 5;

/** What was revised, to number what is revised next. */
export class Revisions {
  readonly #last = new Map<string, Pick<ScoreRevision, "minute" | "revision" | "after">>();

  note(revisions: readonly ScoreRevision[]): void {
    for (const revision of revisions) {
      const key = `${scoreKey(revision)}@${revision.minute}`;
      const { minute, revision: number, after } = revision;
      if ((this.#last.get(key)?.revision ?? 0) < number)
        this.#last.set(key, { minute, revision: number, after });
    }
  }

  /**
   * The revisions that corrected scores are, for readings that came late. One that was noted already, by a scorer that
   * died before the score itself was published, is none again.
   */
  of(
    corrections: readonly Score[],
    points: ReadonlyMap<string, ScoreNumbers>,
    late: StaleRange,
    now: number,
  ): ScoreRevision[] {
    return corrections.flatMap((score): ScoreRevision[] => {
      const minute = minuteOf(score.at);
      const before = points.get(scoreKey(score));
      const last = this.#last.get(`${scoreKey(score)}@${minute}`);
      if (before === undefined || (last && isSame(last.after, score))) return [];
      const { area, dimension, aspect, indicator, model } = score;
      const devices = [...late.devices];
      return [
        {
          area,
          dimension,
          aspect,
          indicator,
          minute,
          revision: (last?.revision ?? 0) + 1,
          before: { score: before.score, value: before.value, coverage: before.coverage },
          after: { score: score.score, value: score.value, coverage: score.coverage },
          reason: reasonOf(late, devices, score.at),
          readings: late.readings,
          devices,
          model,
          revisedAt: now,
        },
      ];
    });
  }

  forgetBefore(minute: number): void {
    for (const [key, last] of this.#last) if (last.minute < minute) this.#last.delete(key);
  }
}

/** @param at the end of the minute: a report that had come by then is no reason */
function reasonOf({ readings, reports }: StaleRange, devices: readonly string[], at: number): string {
  const newer = [...reports].filter(([, receivedAt]) => receivedAt > at).slice(0, MOST_NAMED);
  const reported =
    newer.length > 0
      ? `A report came, or was corrected, after this score was published: ${newer.map(([name]) => name).join(", ")}.`
      : "";
  if (readings === 0)
    return (
      reported || "The score was published before all that had come was counted: the scorer had stopped."
    );
  const values = readings === 1 ? "1 value" : `${readings} values`;
  return `${values} came, or came with another number, after this score was published; from ${devices.join(", ")}.${reported && ` ${reported}`}`;
}
