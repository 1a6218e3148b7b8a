import { withUnit } from "@kota/model/shown-unit";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { explainQuery } from "../../api/queries.ts";
import type { ExplainedScore, ScorePart } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { useMoment } from "../../past/use-moment.ts";
import { useView } from "../../routing/use-view.ts";
import { changesOf, sourceChangesOf } from "../../score/changes.ts";
import { partKey } from "../../score/parts.ts";
import { scoreKey } from "../../score/score-key.ts";
import { Failure, Loading } from "../../ui/notice.tsx";
import { Unfold } from "./unfold.tsx";

const HOUR = 3_600_000;
const SPANS = { "1h": HOUR, "6h": 6 * HOUR, "12h": 12 * HOUR, "24h": 24 * HOUR, "7d": 168 * HOUR } as const;
type Span = keyof typeof SPANS;
const MOST_DEVICES = 5;

/** What moved a score since some time before: its parts against themselves. It is read only when it is opened. */
export function Changes({
  score,
  titleOf,
}: {
  score: ExplainedScore;
  titleOf: (part: ScorePart) => string;
}): ReactNode {
  const { t } = useWords();
  const [span, setSpan] = useState<Span>("24h");
  return (
    <Unfold title={t("changes.title")}>
      {() => (
        <>
          <label className="field small">
            <span>{t("changes.since")}</span>
            <select value={span} onChange={(event) => setSpan(event.target.value as Span)}>
              {Object.keys(SPANS).map((each) => (
                <option key={each} value={each}>
                  {t(`changes.spans.${each as Span}`)}
                </option>
              ))}
            </select>
          </label>
          <Since score={score} ms={SPANS[span]} titleOf={titleOf} />
        </>
      )}
    </Unfold>
  );
}

function Since({
  score,
  ms,
  titleOf,
}: {
  score: ExplainedScore;
  ms: number;
  titleOf: (part: ScorePart) => string;
}): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const moment = useMoment();
  // A minute has one answer, however often the score moves.
  const until = moment ?? Math.floor(Date.now() / 60_000) * 60_000;
  const [end] = useState(until);
  const at = (moment ?? end) - ms;
  const { data: before, error, refetch } = useQuery(explainQuery(scoreKey(score), at));
  if (before === undefined) {
    return error === null ? (
      <Loading what={t("changes.what")} lines={3} />
    ) : (
      <Failure what={t("changes.what")} error={error} onRetry={() => void refetch()} />
    );
  }
  return (
    <>
      <p className="small">
        {before.score === null || score.score === null
          ? t("changes.noScore", { time: format.dateTime(at) })
          : t("changes.sum", {
              before: format.number(before.score, 1),
              time: format.dateTime(at),
              now: format.number(score.score, 1),
              change: signed(score.score - before.score, format),
            })}
      </p>
      {score.parts.length > 0 ? (
        <PartChanges score={score} before={before} titleOf={titleOf} />
      ) : (
        <SourceChanges score={score} before={before} />
      )}
    </>
  );
}

function PartChanges({
  score,
  before,
  titleOf,
}: {
  score: ExplainedScore;
  before: ExplainedScore;
  titleOf: (part: ScorePart) => string;
}): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const { link } = useView();
  const said = (number: number | null): string =>
    number === null ? t("changes.none") : format.number(number, 1);
  return (
    <ul className="change-list">
      {changesOf(score, before).map(({ part, before: was, now, change }) => (
        <li key={part.id}>
          <a className="change change-link" {...link({ why: partKey(score, part) })}>
            <span>{titleOf(part)}</span>
            <span className="small muted number">
              {said(was)} → {said(now)}
            </span>
            <strong className="number change-by">{change === null ? "–" : signed(change, format)}</strong>
          </a>
        </li>
      ))}
    </ul>
  );
}

function SourceChanges({ score, before }: { score: ExplainedScore; before: ExplainedScore }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const said = (value: number | null): string =>
    value === null ? t("changes.none") : withUnit(format.number(value, 1), score.unit);
  return (
    <ul className="change-list">
      {sourceChangesOf(score, before)
        .slice(0, MOST_DEVICES)
        .map(({ device, name, metric, before: was, now }) => (
          <li key={`${metric}@${device}`} className="change">
            <span>{name}</span>
            <span className="small muted number">
              {said(was)} → {said(now)}
            </span>
            <strong className="number change-by">
              {was === null || now === null ? "–" : signed(now - was, format)}
            </strong>
          </li>
        ))}
    </ul>
  );
}

function signed(number: number, format: { number(value: number, decimals: number): string }): string {
  const size = format.number(Math.abs(number), 1);
  return Number(number.toFixed(1)) === 0 ? `±${size}` : `${number < 0 ? "−" : "+"}${size}`;
}
