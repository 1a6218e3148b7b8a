import type { ReactNode } from "react";

const WIDTH = 120;
const HEIGHT = 32;
/** A steady score must look steady: the scale never spans less than this many points. */
const LEAST_SPAN = 12;

/** The course of a score in small. The sentence beside it says the same in words. */
export function Sparkline({
  points,
}: {
  points: readonly { readonly time: number; readonly score: number }[];
}): ReactNode {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return null;
  const scores = points.map(({ score }) => score);
  const low = Math.min(...scores);
  const high = Math.max(...scores);
  const span = Math.max(high - low, LEAST_SPAN);
  const floor = (low + high) / 2 - span / 2;
  const x = (time: number): number => 2 + ((time - first.time) / (last.time - first.time || 1)) * (WIDTH - 6);
  const y = (score: number): number => HEIGHT - 3 - ((score - floor) / span) * (HEIGHT - 6);
  const line = points.map(({ time, score }) => `${x(time).toFixed(1)} ${y(score).toFixed(1)}`).join("L");
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path className="sparkline-area" d={`M${line}L${x(last.time).toFixed(1)} ${HEIGHT}L2 ${HEIGHT}Z`} />
      <path className="sparkline-line" d={`M${line}`} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
