import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { revisionsQuery } from "../../api/queries.ts";
import type { ExplainedScore } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { useMoment } from "../../past/use-moment.ts";
import { scoreKey } from "../../score/score-key.ts";
import { Failure, Loading } from "../../ui/notice.tsx";
import { Unfold } from "./unfold.tsx";

/** Which minutes of the last day were scored again, what they were before, and why. */
export function Revisions({ score }: { score: ExplainedScore }): ReactNode {
  const { t } = useWords();
  return <Unfold title={t("revisions.title")}>{() => <RevisionList score={score} />}</Unfold>;
}

function RevisionList({ score }: { score: ExplainedScore }): ReactNode {
  const { t, langOfKota } = useWords();
  const { format } = useCity();
  const { data, error, refetch } = useQuery(revisionsQuery(scoreKey(score), useMoment()));
  if (data === undefined) {
    return error === null ? (
      <Loading what={t("revisions.title")} lines={3} />
    ) : (
      <Failure what={t("revisions.title")} error={error} onRetry={() => void refetch()} />
    );
  }
  if (data.length === 0) return <p className="small muted">{t("revisions.none")}</p>;
  const shown = (one: number | null): string => (one === null ? t("changes.none") : format.number(one, 1));
  return (
    <ol className="move-list">
      {data.map(({ minute, revision, before, after, reason, revisedAt }) => (
        <li key={`${minute} ${revision}`}>
          <p className="number">
            <strong>{format.dateTime(Date.parse(minute))}</strong>{" "}
            {t("revisions.change", { before: shown(before.score), after: shown(after.score) })}
          </p>
          <p className="small muted">
            {t("revisions.at", { time: format.dateTime(Date.parse(revisedAt)) })}{" "}
            <span lang={langOfKota}>{reason}</span>
          </p>
        </li>
      ))}
    </ol>
  );
}
