import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { scoresQuery, statusQuery } from "../../api/queries.ts";
import type { Score } from "../../api-types.ts";
import { useCity } from "../../page/city-context.tsx";
import { useView } from "../../page/use-view.ts";
import { bandOf } from "../../score/band.ts";
import { titleOf } from "../../score/columns.ts";
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
  const { view } = useView();
  const area = view.area ?? CITY_AREA;
  const { data, error, refetch } = useQuery(scoresQuery);
  const title = view.area === null ? "City scores" : `Scores of ${areaName(area)}`;
  const lead = "0 is worst, 100 is best. Choose a score to see what it is made of, down to the devices.";

  return (
    <Block id="scores" title={title} lead={lead} className="scores-block">
      {error !== null && data === undefined ? (
        <Failure what="The scores" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what="scores" lines={5} />
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
  const overall = scores.find((score) => score.dimension === null);
  const ofDimension = (dimension: string): Score | undefined =>
    scores.find((score) => score.dimension === dimension && score.aspect === null);
  const ordered = dimensions.flatMap((dimension) => ofDimension(dimension) ?? []);
  if (overall === undefined) {
    return (
      <Notice title="No scores for this area">The city has no area of this name. Choose one above.</Notice>
    );
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
  const { data: status } = useQuery(statusQuery);
  const now = useNow();
  const young = status !== undefined && now - Date.parse(status.startedAt) < 90_000;
  if (status === undefined || young) {
    return (
      <Notice title="kota is starting">
        The first scores come a few seconds after the first readings. This page fills itself.
      </Notice>
    );
  }
  return (
    <Notice title={status.newestReading === null ? "No reading has arrived yet" : "No score yet"}>
      {status.newestReading === null
        ? "Publish to kota's MQTT broker or start the simulator. See below whether messages come in and are rejected."
        : "Readings come in, but none of them feeds an indicator of the score model for this area."}
    </Notice>
  );
}

function OverallCard({ overall, dimensions }: { overall: Score; dimensions: readonly Score[] }): ReactNode {
  const withData = dimensions.filter(({ score }) => score !== null).length;
  return (
    <article className="card overall-card">
      <div className="card-head">
        <h3>Overall</h3>
        <WhyButton score={overall} />
      </div>
      <div className="overall-figure">
        <ScoreRing overall={overall.score} dimensions={dimensions} />
        <p className="unseen">
          {overall.score === null
            ? "No overall score yet."
            : `Overall score ${Math.round(overall.score)} of 100, ${bandOf(overall.score).word}.`}
        </p>
      </div>
      <p className="small muted overall-note">
        One segment for each dimension, clockwise in the order of the cards; {withData} of {dimensions.length}{" "}
        have data.
      </p>
      {overall.score !== null && <TrendLine score={overall} />}
      <Evidence score={overall} />
    </article>
  );
}

function LargeCard({ dimension, aspects }: { dimension: Score; aspects: readonly Score[] }): ReactNode {
  const { link } = useView();
  return (
    <article className="card large-card">
      <div className="card-head">
        <h3>{dimension.title}</h3>
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
  return (
    <article className="card small-card">
      <div className="card-head">
        <h3>{dimension.title}</h3>
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
  return (
    <div className="no-data">
      <p className="no-data-word">No score</p>
      <p className="muted small">
        {dimension.explanation ||
          `No data yet: no indicator of ${dimension.title.toLowerCase()} has come in.`}
      </p>
    </div>
  );
}

function WhyButton({ score }: { score: Score }): ReactNode {
  const { link } = useView();
  return (
    <a className="why-link" {...link({ why: scoreKey(score) })}>
      Why<span className="unseen"> this score: {titleOf(score)}</span>
      <span aria-hidden="true"> →</span>
    </a>
  );
}

/** How far a score can be trusted: coverage, time and the amount of data behind it. */
function Evidence({ score }: { score: Score }): ReactNode {
  const { format } = useCity();
  const now = useNow(60_000);
  if (score.at === null) return null;
  return (
    <p className="evidence small muted">
      {score.status === "provisional" && <span className="tag tag-warn">provisional: little data</span>}
      <span>
        coverage <span className="number">{format.percent(score.coverage)}</span>
      </span>
      <span>
        {format.count(score.devices)} {score.devices === 1 ? "device" : "devices"}
      </span>
      <span>
        as of <time dateTime={score.at}>{format.moment(Date.parse(score.at), now)}</time>
      </span>
    </p>
  );
}
