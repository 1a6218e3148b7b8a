import type { Goalpost } from "./score-model.ts";

/** The score of a value: a straight line between the two goalposts around it, that of the outermost beyond them. */
export function scoreOf(goalposts: readonly Goalpost[], value: number): number {
  let below: Goalpost | undefined;
  for (const post of goalposts) {
    if (value <= post[0]) {
      if (below === undefined) return post[1];
      return below[1] + ((post[1] - below[1]) * (value - below[0])) / (post[0] - below[0]);
    }
    below = post;
  }
  return below === undefined ? Number.NaN : below[1];
}

/** The goalposts around a value: two, or one beyond the ends or right on one. */
export function goalpostsAround(goalposts: readonly Goalpost[], value: number): readonly Goalpost[] {
  const above = goalposts.findIndex((post) => value <= post[0]);
  if (above < 0) return goalposts.slice(-1);
  return above === 0 || goalposts[above]?.[0] === value
    ? goalposts.slice(above, above + 1)
    : goalposts.slice(above - 1, above + 1);
}
