import type { ReactNode } from "react";
import { useWords } from "../i18n/words.ts";
import { bandColour } from "../score/band.ts";

/** A score as a number and a word with the colour of its band; 'no data' in words when there is none. */
export function ScoreValue({
  score,
  size = "m",
}: {
  score: number | null;
  size?: "s" | "m" | "l" | "xl";
}): ReactNode {
  const { band } = useWords();
  if (score === null) return <span className={`score score-${size} score-none`}>{band(null)}</span>;
  return (
    <span className={`score score-${size}`}>
      <span className="number score-number">{Math.round(score)}</span>
      <span className="score-word">
        <span className="swatch" style={{ background: bandColour(score) }} />
        {band(score)}
      </span>
    </span>
  );
}

/** A horizontal bar from 0 to the score. It repeats a number that stands beside it. */
export function ScoreBar({ score }: { score: number | null }): ReactNode {
  return (
    <span className="bar" aria-hidden="true">
      {score !== null && (
        <span className="bar-fill" style={{ inlineSize: `${score}%`, background: bandColour(score) }} />
      )}
    </span>
  );
}
