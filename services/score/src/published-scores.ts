import { type Score, scoreKey } from "@kota/model";
import type { ScorePlace, ShownScore } from "@kota/scoring";

/** A score that stays as it is is published again after so long, so that a chart of any hour has points. */
const REPEAT_MS = 600_000;

interface Published {
  readonly score: Score;
  /** As {@link shown} says. */
  readonly shown: string;
}

/** What was published last, to publish only what changed in a way that a person would see. */
export class PublishedScores {
  readonly #published = new Map<string, Published>();

  /** Whether a score at a time differs from what was published, or is due again. */
  isNews({ key }: ScorePlace, numbers: ShownScore, at: number): boolean {
    const before = this.#published.get(key);
    if (before === undefined || at - before.score.at >= REPEAT_MS) return true;
    const devices = numbers.deviceCount();
    return !isSame(before.score, numbers, devices) && before.shown !== shownWith(numbers, devices);
  }

  remember(scores: readonly Score[]): void {
    for (const score of scores) this.#published.set(scoreKey(score), { score, shown: shown(score) });
  }
}

/** Whether no number is another one: that is seen sooner than written. */
function isSame(before: Score, now: ShownScore, devices: number): boolean {
  return (
    before.score === now.score &&
    before.value === now.value &&
    before.coverage === now.coverage &&
    before.status === now.status &&
    before.devices === devices &&
    before.reported === now.reported
  );
}

/** What a person would see of a score. */
export function shown(score: Score): string {
  return shownWith(score, score.devices);
}

function shownWith(
  { score, status, coverage, value, reported }: Score | ShownScore,
  devices: number,
): string {
  const report = reported ? ` ${reported.state} ${reported.report?.id}` : "";
  return `${score?.toFixed(1)} ${status} ${coverage.toFixed(2)} ${value?.toPrecision(4)} ${devices}${report}`;
}
