import { type Score, scoreKey } from "@kota/model";

/** A score that stays as it is is published again after so long, so that a chart of any hour has points. */
const REPEAT_MS = 600_000;

/** What was published last, to publish only what changed in a way that a person would see. */
export class PublishedScores {
  readonly #published = new Map<string, { readonly shown: string; readonly at: number }>();

  /** Those that differ from what was published, or are due again. */
  changed(scores: readonly Score[]): Score[] {
    return scores.filter((score) => {
      const before = this.#published.get(scoreKey(score));
      return before === undefined || before.shown !== shown(score) || score.at - before.at >= REPEAT_MS;
    });
  }

  remember(scores: readonly Score[]): void {
    for (const score of scores) this.#published.set(scoreKey(score), { shown: shown(score), at: score.at });
  }
}

/** What a person would see of a score. */
export function shown({ score, status, coverage, value, devices, reported }: Score): string {
  const report = reported ? ` ${reported.state} ${reported.report?.id}` : "";
  return `${score?.toFixed(1)} ${status} ${coverage.toFixed(2)} ${value?.toPrecision(4)} ${devices}${report}`;
}
