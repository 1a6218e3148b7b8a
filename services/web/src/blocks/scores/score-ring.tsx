import type { ReactNode } from "react";
import type { Score } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { bandColour } from "../../score/band.ts";

const SIZE = 200;
const RADIUS = 84;
const GAP = 0.075;

/** A point on the ring; a turn is 1, 0 is at the top. */
function pointAt(turn: number): string {
  const angle = turn * 2 * Math.PI - Math.PI / 2;
  return `${(SIZE / 2 + RADIUS * Math.cos(angle)).toFixed(2)} ${(SIZE / 2 + RADIUS * Math.sin(angle)).toFixed(2)}`;
}

function arc(from: number, to: number): string {
  return `M${pointAt(from)}A${RADIUS} ${RADIUS} 0 ${to - from > 0.5 ? 1 : 0} 1 ${pointAt(to)}`;
}

/** The overall score, within a ring of one segment for each dimension, filled as far as its score goes. */
export function ScoreRing({
  overall,
  dimensions,
}: {
  overall: number | null;
  dimensions: readonly Score[];
}): ReactNode {
  const { t, band } = useWords();
  const width = 1 / Math.max(1, dimensions.length);
  return (
    <svg className="ring" viewBox={`0 0 ${SIZE} ${SIZE}`} aria-hidden="true" focusable="false">
      {dimensions.map((dimension, index) => {
        const from = index * width + (GAP * width) / 2;
        const to = (index + 1) * width - (GAP * width) / 2;
        const end =
          dimension.score === null ? null : from + ((to - from) * Math.max(3, dimension.score)) / 100;
        return (
          <g key={dimension.dimension} fill="none" strokeWidth="13" strokeLinecap="butt">
            <path className={end === null ? "ring-none" : "ring-track"} d={arc(from, to)} />
            {end !== null && <path d={arc(from, end)} stroke={bandColour(dimension.score)} />}
          </g>
        );
      })}
      <text x="100" y="106" textAnchor="middle" className="ring-number">
        {overall === null ? "–" : Math.round(overall)}
      </text>
      <text x="100" y="132" textAnchor="middle" className="ring-word">
        {overall === null ? t("score.none") : band(overall)}
      </text>
    </svg>
  );
}
