import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { scoresOf, statusQuery } from "../../api/queries.ts";
import type { Score } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { useMoment } from "../../past/use-moment.ts";
import { useView } from "../../routing/use-view.ts";
import { reportedIn } from "../../score/reported-in.ts";
import { CITY_AREA, scoreKey } from "../../score/score-key.ts";
import { Block } from "../../ui/block.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { ScoreBar, ScoreValue } from "../../ui/score-value.tsx";
import { useNow } from "../../ui/use-now.ts";
import { ScoreRing } from "./score-ring.tsx";
import { TrendLine } from "./trend-line.tsx";

/** The dimensions that sensors feed, shown large. */
const LARGE = ["environment", "living"];

/** The overall score and the six dimensions of the chosen area. */
export function ScoresBlock(): ReactNode {
  const { city, areaName } = useCity();
  const { t } = useWords();
  const { view } = useView();
  const area = view.area ?? CITY_AREA;
  const { data, error, refetch } = useQuery(scoresOf(useMoment()));
  const title = view.area === null ? t("score.title") : t("score.titleOf", { area: areaName(area) });

  return (
    <Block id="scores" title={title} lead={t("score.lead")} className="scores-block">
      {error !== null && data === undefined ? (
        <Failure what={t("what.scores")} error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what={t("what.scores")} lines={5} />
      ) : (
        <ScoreCards scores={data.filter((score) => score.area === area)} dimensions={city.dimensions} />
      )}
    </Block>
  );
}

function ScoreCards({
  scores,
  dimensions,
}: {
  scores: readonly Score[];
  dimensions: readonly string[];
}): ReactNode {
  const { t } = useWords();
  const overall = scores.find((score) => score.dimension === null);
  const ofDimension = (dimension: string): Score | undefined =>
    scores.find((score) => score.dimension === dimension && score.aspect === null);
  const ordered = dimensions.flatMap((dimension) => ofDimension(dimension) ?? []);
  if (overall === undefined) {
    return <Notice title={t("score.noArea")}>{t("score.noAreaHelp")}</Notice>;
  }
  return (
    <>
      {overall.score === null && <NothingYet />}
      <div className="score-grid">
        <OverallCard overall={overall} dimensions={ordered} />
        {ordered.map((dimension) =>
          LARGE.includes(dimension.dimension ?? "") ? (
            <LargeCard
              key={dimension.dimension}
              dimension={dimension}
              aspects={scores.filter(
                (score) =>
                  score.dimension === dimension.dimension &&
                  score.aspect !== null &&
                  score.indicator === null,
              )}
            />
          ) : (
            <SmallCard key={dimension.dimension} dimension={dimension} />
          ),
        )}
      </div>
    </>
  );
}

/** Why there is no score at all: kota has just started, or nothing arrives. */
function NothingYet(): ReactNode {
  const { t } = useWords();
  const { data: status } = useQuery(statusQuery);
  const now = useNow();
  const young = status !== undefined && now - Date.parse(status.startedAt) < 90_000;
  if (status === undefined || young) {
    return <Notice title={t("score.starting")}>{t("score.startingHelp")}</Notice>;
  }
  return (
    <Notice title={t(status.newestReading === null ? "score.noReading" : "score.noScoreYet")}>
      {t(status.newestReading === null ? "score.noReadingHelp" : "score.noScoreHelp")}
    </Notice>
  );
}

function OverallCard({ overall, dimensions }: { overall: Score; dimensions: readonly Score[] }): ReactNode {
  const { t, band } = useWords();
  const withData = dimensions.filter(({ score }) => score !== null).length;
  return (
    <article className="card overall-card">
      <div className="card-head">
        <h3>{t("score.overall")}</h3>
        <WhyButton score={overall} />
      </div>
      <div className="overall-figure">
        <ScoreRing overall={overall.score} dimensions={dimensions} />
        <p className="unseen">
          {overall.score === null
            ? t("score.overallNone")
            : t("score.overallSaid", { score: Math.round(overall.score), band: band(overall.score) })}
        </p>
      </div>
      <p className="small muted overall-note">
        {t("score.ring", { with: withData, all: dimensions.length })}
      </p>
      {overall.score !== null && <TrendLine score={overall} isFirst />}
      <Evidence score={overall} />
    </article>
  );
}

function LargeCard({ dimension, aspects }: { dimension: Score; aspects: readonly Score[] }): ReactNode {
  const { link } = useView();
  const words = useWords();
  return (
    <article className="card large-card">
      <div className="card-head">
        <h3>{words.score(dimension)}</h3>
        <WhyButton score={dimension} />
      </div>
      {dimension.score === null ? (
        <NoData dimension={dimension} />
      ) : (
        <>
          <div className="large-figure">
            <ScoreValue score={dimension.score} size="xl" />
            <TrendLine score={dimension} />
          </div>
          <ul className="aspects">
            {aspects.map((aspect) => (
              <li key={aspect.aspect}>
                <a className="aspect" {...link({ why: scoreKey(aspect) })}>
                  <span className="aspect-title">{aspect.title}</span>
                  <ScoreBar score={aspect.score} />
                  <ScoreValue score={aspect.score} size="s" />
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      <Evidence score={dimension} />
    </article>
  );
}

function SmallCard({ dimension }: { dimension: Score }): ReactNode {
  const words = useWords();
  return (
    <article className="card small-card">
      <div className="card-head">
        <h3>{words.score(dimension)}</h3>
        {dimension.score !== null && <WhyButton score={dimension} />}
      </div>
      {dimension.score === null ? (
        <NoData dimension={dimension} />
      ) : (
        <>
          <ScoreValue score={dimension.score} size="l" />
          <TrendLine score={dimension} />
          <Evidence score={dimension} />
        </>
      )}
    </article>
  );
}

function NoData({ dimension }: { dimension: Score }): ReactNode {
  const { t, langOfKota } = useWords();
  return (
    <div className="no-data">
      <p className="no-data-word">{t("score.noScore")}</p>
      <p className="muted small">
        {(langOfKota === undefined && dimension.explanation) || t("score.nothing")}
      </p>
    </div>
  );
}

function WhyButton({ score }: { score: Score }): ReactNode {
  const { link } = useView();
  const { t, score: titleOf } = useWords();
  return (
    <a className="why-link" {...link({ why: scoreKey(score) })}>
      {t("score.why")}
      <span className="unseen"> {t("score.whyThis", { title: titleOf(score) })}</span>
      <span aria-hidden="true"> →</span>
    </a>
  );
}

/** How far a score can be trusted: coverage, time, and the devices and reports behind it. */
function Evidence({ score }: { score: Score }): ReactNode {
  const { format } = useCity();
  const { t } = useWords();
  const now = useNow(60_000);
  const { data } = useQuery(scoresOf(useMoment()));
  const reports = useMemo(() => reportedIn(data ?? [], score), [data, score]);
  if (score.at === null) return null;
  return (
    <p className="evidence small muted">
      {score.status === "provisional" && <span className="tag tag-warn">{t("score.provisional")}</span>}
      <span className="number">{t("score.coverage", { share: format.percent(score.coverage) })}</span>
      {(score.devices > 0 || reports === null) && (
        <span>{t("score.devices", { count: score.devices, n: format.count(score.devices) })}</span>
      )}
      {reports !== null && (
        <span>{t("score.reported", { reported: reports.reported, count: reports.of, n: reports.of })}</span>
      )}
      <time dateTime={score.at}>{t("score.asOf", { time: format.moment(Date.parse(score.at), now) })}</time>
    </p>
  );
}
