import { type Score, type ScoreRevision, scoreKey } from "@kota/model";
import { isSame, minuteOf, type ScoreNumbers } from "@kota/scoring";
import type { StaleRange } from "./late-arrivals.ts";

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
          reason: reasonOf(late, devices),
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

function reasonOf({ readings, reports }: StaleRange, devices: readonly string[]): string {
  const reported =
    reports.size > 0
      ? `A report came, or was corrected, after this score was published: ${[...reports].join(", ")}.`
      : "";
  if (readings === 0) return reported || "The scorer stopped before it had settled this minute.";
  const values = readings === 1 ? "1 value" : `${readings} values`;
  return `${values} came, or came with another number, after this score was published; from ${devices.join(", ")}.${reported && ` ${reported}`}`;
}
