import type { ExplainedScore, ScorePart } from "../api-types.ts";

/** How a part of a score moved between two moments. */
export interface PartChange {
  readonly part: ScorePart;
  readonly before: number | null;
  readonly now: number | null;
  /** Points; null when it had no score at one of the two. */
  readonly change: number | null;
}

/** The parts by how much they moved, what fell most first; a part that came or went last. */
export function changesOf(now: ExplainedScore, before: ExplainedScore): readonly PartChange[] {
  const then = new Map(before.parts.map((part) => [part.id, part.score]));
  return now.parts
    .map((part): PartChange => {
      const was = then.get(part.id) ?? null;
      return {
        part,
        before: was,
        now: part.score,
        change: part.score === null || was === null ? null : part.score - was,
      };
    })
    .sort((a, b) => (a.change ?? Number.POSITIVE_INFINITY) - (b.change ?? Number.POSITIVE_INFINITY));
}

/** How the value of a device moved, by how much, what moved most first. Null where it had none. */
export interface SourceChange {
  readonly device: string;
  readonly name: string;
  readonly metric: string;
  readonly before: number | null;
  readonly now: number | null;
}

export function sourceChangesOf(now: ExplainedScore, before: ExplainedScore): readonly SourceChange[] {
  const then = new Map(before.sources.map((source) => [`${source.metric}@${source.device}`, source.value]));
  const size = ({ before: was, now: is }: SourceChange): number =>
    was === null || is === null ? -1 : Math.abs(is - was);
  return now.sources
    .map(
      ({ device, name, metric, value }): SourceChange => ({
        device,
        name: name ?? device,
        metric,
        before: then.get(`${metric}@${device}`) ?? null,
        now: value,
      }),
    )
    .sort((a, b) => size(b) - size(a));
}
