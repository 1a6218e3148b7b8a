import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { historyQuery } from "../../api/queries.ts";
import type { Score } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { useMoment } from "../../past/use-moment.ts";
import { scoreKey } from "../../score/score-key.ts";
import { trendOf } from "../../score/trend.ts";
import { Sparkline } from "../../ui/sparkline.tsx";
import { useNow } from "../../ui/use-now.ts";

/** The last day of a score: its course in small, and its change in words. */
export function TrendLine({ score, isFirst = false }: { score: Score; isFirst?: boolean }): ReactNode {
  const { format } = useCity();
  const { t } = useWords();
  const now = useNow(60_000);
  const { data } = useQuery(historyQuery(scoreKey(score), useMoment()));
  const live =
    score.score === null || score.at === null ? null : { time: Date.parse(score.at), score: score.score };
  const trend = trendOf(data, live);
  // Said once for all cards of the page.
  if (trend === null) return isFirst ? <p className="muted small trend">{t("score.trendLater")}</p> : null;
  return (
    <div className="trend">
      <Sparkline points={trend.points} />
      <p className="muted small">
        {t(trend.change === 0 ? "score.steady" : trend.change > 0 ? "score.up" : "score.down", {
          n: Math.abs(trend.change),
          time: format.moment(trend.since, now),
        })}
      </p>
    </div>
  );
}
