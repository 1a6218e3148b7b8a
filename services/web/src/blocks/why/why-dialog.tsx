import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { explainQuery, metricsQuery, scoresQuery } from "../../api/queries.ts";
import type { ExplainedScore, ScorePart, ScoreSource } from "../../api-types.ts";
import { withUnit } from "../../format/unit.ts";
import { useCity } from "../../page/city-context.tsx";
import { useView } from "../../page/use-view.ts";
import { bandColour } from "../../score/band.ts";
import { titleOf } from "../../score/columns.ts";
import { addsUp, partKey } from "../../score/parts.ts";
import { CITY_AREA, parseScoreKey, scoreKey, wayTo } from "../../score/score-key.ts";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { OriginTag } from "../../ui/origin-tag.tsx";
import { ScoreBar, ScoreValue } from "../../ui/score-value.tsx";
import { useNow } from "../../ui/use-now.ts";

/**
 * Opens a score: its parts and their weights, and below them theirs, down to the devices. The dialog is the browser's
 * own, so Esc, focus and the page behind it are handled by it.
 */
export function WhyDialog(): ReactNode {
  const { view, show } = useView();
  const dialog = useRef<HTMLDialogElement>(null);
  const opener = useRef<Element | null>(null);
  const open = view.why !== null;

  useEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    if (open && !element.open) {
      opener.current = document.activeElement;
      element.showModal();
      element.querySelector<HTMLElement>("#why-title")?.focus();
    }
    if (!open && element.open) {
      element.close();
      if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus();
    }
  }, [open]);

  const close = (): void => show({ why: null });
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the panel closes it; by keyboard, Esc does.
    <dialog
      ref={dialog}
      className="why"
      aria-labelledby="why-title"
      onClose={() => {
        if (open) close();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
    >
      {view.why !== null && <WhyPanel scoreName={view.why} onClose={close} />}
    </dialog>
  );
}

function WhyPanel({ scoreName, onClose }: { scoreName: string; onClose: () => void }): ReactNode {
  const { areaName } = useCity();
  const { data, error, refetch } = useQuery(explainQuery(scoreName));
  const heading = useRef<HTMLHeadingElement>(null);

  // Going down or up a level moves the reader to its heading.
  useEffect(() => heading.current?.focus(), [scoreName]);

  const { area } = parseScoreKey(scoreName);
  return (
    <div className="why-panel">
      <header className="why-head">
        <Way scoreName={scoreName} title={data === undefined ? "…" : titleOf(data)} />
        <button type="button" className="button icon-button" onClick={onClose} aria-label="Close">
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d="m3 3 10 10M13 3 3 13" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
          </svg>
        </button>
      </header>
      <h2 id="why-title" ref={heading} tabIndex={-1} className="why-title">
        <span className="unseen">Why: </span>
        {data === undefined ? "Score" : titleOf(data)}, {areaName(area)}
      </h2>
      {error !== null && data === undefined ? (
        <Failure what="The explanation" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what="explanation" lines={6} />
      ) : (
        <Explanation score={data} />
      )}
    </div>
  );
}

/** The scores above this one, as links. */
function Way({ scoreName, title }: { scoreName: string; title: string }): ReactNode {
  const { link } = useView();
  const { areaName } = useCity();
  const { data: scores } = useQuery(scoresQuery);
  const way = wayTo(scoreName);
  return (
    <nav aria-label="Levels of the score" className="why-way small">
      <ol>
        {parseScoreKey(scoreName).area !== CITY_AREA && (
          <li>
            <a {...link({ why: scoreKey({ ...parseScoreKey(scoreName), area: CITY_AREA }) })}>Whole city</a>
          </li>
        )}
        {way.map((key, level) => {
          const { area, dimension, aspect } = parseScoreKey(key);
          const known = scores?.find((score) => scoreKey(score) === key)?.title;
          const name = level === 0 ? areaName(area) : (known ?? aspect ?? dimension ?? "");
          const last = level === way.length - 1;
          return (
            <li key={key}>
              {last ? (
                <span aria-current="true">{level === 0 ? name : title}</span>
              ) : (
                <a {...link({ why: key })} className="why-step">
                  {name}
                </a>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

function Explanation({ score }: { score: ExplainedScore }): ReactNode {
  const { format } = useCity();
  const now = useNow(60_000);
  return (
    <>
      <div className="why-figure">
        <ScoreValue score={score.score} size="xl" />
        {score.value !== null && (
          <p className="why-value">
            <span className="muted small">measured</span>
            <strong className="number">
              {withUnit(format.number(score.value, digitsFor(score.value)), score.unit)}
            </strong>
          </p>
        )}
      </div>
      {score.explanation !== "" && <p className="why-sentence">{score.explanation}</p>}
      {score.score === null && score.explanation === "" && (
        <p className="why-sentence">No data has come in for this score, so there is no number.</p>
      )}

      {score.parts.length > 0 && <Parts score={score} />}
      {score.sources.length > 0 && <Sources score={score} />}
      {score.parts.length === 0 && score.sources.length === 0 && (
        <Notice title="Nothing below this score">No part of it has data yet.</Notice>
      )}

      <dl className="facts small">
        <div>
          <dt>Coverage</dt>
          <dd>
            {format.percent(score.coverage)} of what the model asks for
            {score.status === "provisional" && ", so the score is provisional"}
          </dd>
        </div>
        <div>
          <dt>Data used</dt>
          <dd>
            {format.count(score.readings)} readings of {format.count(score.devices)} devices
          </dd>
        </div>
        <div>
          <dt>As of</dt>
          <dd>{score.at === null ? "not computed yet" : format.moment(Date.parse(score.at), now)}</dd>
        </div>
        <div>
          <dt>Score model</dt>
          <dd>
            version {score.model.version} <code className="muted">{score.model.hash.slice(0, 12)}</code>
          </dd>
        </div>
      </dl>
    </>
  );
}

/** A value without a catalogue entry: the digits that matter. */
function digitsFor(value: number): number {
  const size = Math.abs(value);
  return size >= 100 ? 0 : size >= 1 ? 1 : 2;
}

function Parts({ score }: { score: ExplainedScore }): ReactNode {
  const { format } = useCity();
  const { link } = useView();
  const sum = addsUp(score);
  return (
    <section className="why-section" aria-labelledby="why-parts">
      <h3 id="why-parts">What it is made of</h3>
      {sum && (
        <div className="stack" aria-hidden="true">
          {score.parts.map((part) => (
            <span
              key={part.id}
              className="stack-part"
              style={{ inlineSize: `${part.contribution ?? 0}%`, background: bandColour(part.score) }}
            />
          ))}
        </div>
      )}
      <ul className="parts">
        {score.parts.map((part) => (
          <li key={part.id}>
            <a className="part" {...link({ why: partKey(score, part) })}>
              <span className="part-title">{part.title}</span>
              <ScoreValue score={part.score} size="s" />
              <ScoreBar score={part.score} />
              <PartShare part={part} sum={sum} />
            </a>
          </li>
        ))}
      </ul>
      {score.score !== null && (
        <p className="sum small">
          <span className="muted">{sum ? "Together" : "As explained above, together"}</span>{" "}
          <strong className="number">{format.number(score.score, 1)} of 100</strong>
        </p>
      )}
    </section>
  );
}

/** What a part brings: in points when the points add up to the score, else by its share of the weight. */
function PartShare({ part, sum }: { part: ScorePart; sum: boolean }): ReactNode {
  const { format } = useCity();
  const { score, contribution, detail } = part;
  if (score === null || contribution === null) {
    return <span className="part-share small muted">left out: no data</span>;
  }
  return (
    <span className="part-share small muted">
      {format.percent(part.share)} of the weight
      {sum && (
        <>
          {" "}
          × {format.number(score, 1)} ={" "}
          <strong className="number">{format.number(contribution, 1)} points</strong>
        </>
      )}
      {detail !== null && detail.value !== null && (
        <> · measured {withUnit(format.number(detail.value, digitsFor(detail.value)), detail.unit)}</>
      )}
    </span>
  );
}

function Sources({ score }: { score: ExplainedScore }): ReactNode {
  return (
    <section className="why-section" aria-labelledby="why-sources">
      <h3 id="why-sources">Devices behind it, worst first</h3>
      <p className="small muted">
        {score.sources.length < score.devices
          ? `The ${score.sources.length} that weigh on it most, of ${score.devices}. Choose one to see its readings.`
          : "Choose one to see its readings."}
      </p>
      <ul className="why-devices">
        {score.sources.map((source) => (
          <SourceRow key={`${source.device} ${source.metric}`} source={source} unit={score.unit} />
        ))}
      </ul>
    </section>
  );
}

function SourceRow({ source, unit }: { source: ScoreSource; unit: string | null }): ReactNode {
  const { format } = useCity();
  const { link } = useView();
  const { data: metrics } = useQuery(metricsQuery);
  const now = useNow(60_000);
  const title = metrics?.find(({ name }) => name === source.metric)?.title ?? source.metric;
  return (
    <li>
      <a className="why-device" {...link({ device: source.device, metric: source.metric, why: null })}>
        <span className="why-device-name">{source.name ?? source.device}</span>
        <strong className="number">
          {withUnit(format.number(source.value, digitsFor(source.value)), unit)}
        </strong>
        <span className="small muted why-device-facts">
          <OriginTag origin={source.origin} /> {title}, {format.count(source.readings)}{" "}
          {source.readings === 1 ? "reading" : "readings"}, newest{" "}
          {format.moment(Date.parse(source.lastTime), now)}
        </span>
      </a>
    </li>
  );
}
