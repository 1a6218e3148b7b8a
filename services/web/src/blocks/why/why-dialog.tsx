import { withUnit } from "@kota/model/shown-unit";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { explainQuery, metricsQuery, scoresOf } from "../../api/queries.ts";
import type { ExplainedScore, ScorePart, ScoreSource } from "../../api-types.ts";
import { searchOfWindow } from "../../chart/time-window.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { useMoment } from "../../past/use-moment.ts";
import { useView } from "../../routing/use-view.ts";
import { bandColour } from "../../score/band.ts";
import { addsUp, partKey } from "../../score/parts.ts";
import { reportedIn } from "../../score/reported-in.ts";
import { CITY_AREA, parseScoreKey, scoreKey, wayTo } from "../../score/score-key.ts";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { OriginTag } from "../../ui/origin-tag.tsx";
import { ScoreBar, ScoreValue } from "../../ui/score-value.tsx";
import { useNow } from "../../ui/use-now.ts";
import { Changes } from "./changes.tsx";
import { Evidence } from "./evidence.tsx";
import { Moves } from "./moves.tsx";
import { Reported } from "./reported.tsx";
import { Revisions } from "./revisions.tsx";

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
  const { t, score: titleOf } = useWords();
  const { data, error, refetch } = useQuery(explainQuery(scoreName, useMoment()));
  const heading = useRef<HTMLHeadingElement>(null);

  // Going down or up a level moves the reader to its heading.
  useEffect(() => heading.current?.focus(), [scoreName]);

  const { area } = parseScoreKey(scoreName);
  return (
    <div className="why-panel">
      <header className="why-head">
        <Way scoreName={scoreName} title={data === undefined ? "…" : titleOf(data)} />
        <button type="button" className="button icon-button" onClick={onClose} aria-label={t("why.close")}>
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path d="m3 3 10 10M13 3 3 13" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
          </svg>
        </button>
      </header>
      <h2 id="why-title" ref={heading} tabIndex={-1} className="why-title">
        <span className="unseen">{t("why.why")}</span>
        {data === undefined ? t("why.loading") : titleOf(data)}, {areaName(area)}
      </h2>
      {error !== null && data === undefined ? (
        <Failure what={t("what.explanation")} error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what={t("what.explanation")} lines={6} />
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
  const { t, score: titleOf } = useWords();
  const { data: scores } = useQuery(scoresOf(useMoment()));
  const way = wayTo(scoreName);
  return (
    <nav aria-label={t("why.levels")} className="why-way small">
      <ol>
        {parseScoreKey(scoreName).area !== CITY_AREA && (
          <li>
            <a {...link({ why: scoreKey({ ...parseScoreKey(scoreName), area: CITY_AREA }) })}>
              {areaName(CITY_AREA)}
            </a>
          </li>
        )}
        {way.map((key, level) => {
          const { area, dimension, aspect } = parseScoreKey(key);
          const known = scores?.find((score) => scoreKey(score) === key);
          const name =
            level === 0 ? areaName(area) : known === undefined ? (aspect ?? dimension ?? "") : titleOf(known);
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
  const { t, langOfKota } = useWords();
  const now = useNow(60_000);
  const partTitle = usePartTitle(score);
  const moment = useMoment();
  const { data: scores } = useQuery(scoresOf(moment));
  const reports = reportedIn(scores ?? [], score);
  const window = moment === null ? {} : aroundMoment(moment);
  return (
    <>
      <div className="why-figure">
        <ScoreValue score={score.score} size="xl" />
        {score.value !== null && (
          <p className="why-value">
            <span className="muted small">
              {t(score.reported === null ? "why.measured" : "reported.reported")}
            </span>
            <strong className="number">
              {withUnit(format.number(score.value, digitsFor(score.value)), score.unit)}
            </strong>
          </p>
        )}
      </div>
      {score.explanation !== "" && (
        <p className="why-sentence" lang={langOfKota}>
          {score.explanation}
        </p>
      )}
      {score.score === null && score.explanation === "" && <p className="why-sentence">{t("why.noData")}</p>}

      <Changes score={score} titleOf={partTitle} />
      {moment === null && <Moves score={score} />}
      {score.indicator !== null && score.area !== CITY_AREA && score.reported === null && (
        <Evidence score={score} />
      )}
      <Revisions score={score} />
      {score.parts.length > 0 && <Parts score={score} />}
      {score.sources.length > 0 && <Sources score={score} />}
      {score.reported !== null && <Reported reported={score.reported} />}
      {score.parts.length === 0 && score.sources.length === 0 && score.reported === null && (
        <Notice title={t("why.nothingBelow")}>{t("why.nothingBelowHelp")}</Notice>
      )}

      <dl className="facts small">
        <div>
          <dt>{t("why.coverage")}</dt>
          <dd>
            {t(score.status === "provisional" ? "why.coverageProvisional" : "why.coverageOf", {
              share: format.percent(score.coverage),
            })}
          </dd>
        </div>
        {score.reported === null && (
          <div>
            <dt>{t("why.used")}</dt>
            {(score.devices > 0 || reports === null) && (
              <dd>
                {t("why.usedOf", {
                  readings: format.count(score.readings),
                  devices: format.count(score.devices),
                })}
              </dd>
            )}
            {reports !== null && (
              <dd>{t("score.reported", { reported: reports.reported, count: reports.of, n: reports.of })}</dd>
            )}
          </div>
        )}
        <div>
          <dt>{t("why.asOf")}</dt>
          <dd>{score.at === null ? t("why.notComputed") : format.moment(Date.parse(score.at), now)}</dd>
        </div>
        {score.model !== null && (
          <div>
            <dt>{t("why.model")}</dt>
            <dd>
              {t("why.version", { version: score.model.version })}{" "}
              <code className="muted">{score.model.hash.slice(0, 12)}</code>
            </dd>
          </div>
        )}
      </dl>
      <Link
        className="button why-over-time"
        to="/over-time"
        search={{ s: [`score@${scoreKey(score)}`], ...window }}
      >
        {t("why.overTime")}
      </Link>
    </>
  );
}

const HALF_DAY = 12 * 3_600_000;

/** A chart's window around a moment of the past, as far as there is one. */
function aroundMoment(moment: number): { from?: string; to?: string } {
  const to = Math.min(Date.now(), moment + HALF_DAY);
  const { from, to: end } = searchOfWindow({ kind: "fixed", from: to - 2 * HALF_DAY, to });
  return { ...(from === undefined ? {} : { from }), ...(end === undefined ? {} : { to: end }) };
}

/** A value without a catalogue entry: the digits that matter. */
function digitsFor(value: number): number {
  const size = Math.abs(value);
  return size >= 100 ? 0 : size >= 1 ? 1 : 2;
}

function Parts({ score }: { score: ExplainedScore }): ReactNode {
  const { format } = useCity();
  const { link } = useView();
  const { t } = useWords();
  const partTitle = usePartTitle(score);
  const sum = addsUp(score);
  return (
    <section className="why-section" aria-labelledby="why-parts">
      <h3 id="why-parts">{t("why.parts")}</h3>
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
              <span className="part-title">{partTitle(part)}</span>
              <ScoreValue score={part.score} size="s" />
              <ScoreBar score={part.score} />
              <PartShare part={part} sum={sum} />
            </a>
          </li>
        ))}
      </ul>
      {score.score !== null && (
        <p className="sum small">
          <span className="muted">{t(sum ? "why.together" : "why.togetherExplained")}</span>{" "}
          <strong className="number">{t("why.of100", { score: format.number(score.score, 1) })}</strong>
        </p>
      )}
    </section>
  );
}

/** The parts of the city's score are areas, those of an overall score are dimensions; below it the model has its own titles. */
function usePartTitle(score: ExplainedScore): (part: ScorePart) => string {
  const { dimension } = useWords();
  const { areaName, city } = useCity();
  return ({ id, title }) => {
    if (score.area === CITY_AREA) return areaName(id);
    const known = city.dimensions.find((one) => one === id);
    return score.dimension === null && known !== undefined ? dimension(known) : title;
  };
}

/** What a part brings: in points when the points add up to the score, else by its share of the weight. */
function PartShare({ part, sum }: { part: ScorePart; sum: boolean }): ReactNode {
  const { format } = useCity();
  const { t } = useWords();
  const { score, contribution, detail } = part;
  if (score === null || contribution === null) {
    const reported = detail?.reported ?? null;
    return (
      <span className="part-share small muted">
        {t(reported === null ? "why.leftOut" : `reported.${reported.state}`)}
      </span>
    );
  }
  return (
    <span className="part-share small muted">
      {sum
        ? t("why.points", {
            share: format.percent(part.share),
            score: format.number(score, 1),
            points: format.number(contribution, 1),
          })
        : t("why.ofWeight", { share: format.percent(part.share) })}
      {detail !== null && detail.value !== null && (
        <>
          {" · "}
          {t(detail.reported === null ? "why.measuredValue" : "reported.reportedValue", {
            value: withUnit(format.number(detail.value, digitsFor(detail.value)), detail.unit),
          })}
        </>
      )}
    </span>
  );
}

function Sources({ score }: { score: ExplainedScore }): ReactNode {
  const { t } = useWords();
  return (
    <section className="why-section" aria-labelledby="why-sources">
      <h3 id="why-sources">{t("why.sources")}</h3>
      <p className="small muted">
        {score.sources.length < score.devices
          ? t("why.sourcesSome", { shown: score.sources.length, all: score.devices })
          : t("why.sourcesAll")}
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
  const { t, metric: titleOf } = useWords();
  const { data: metrics } = useQuery(metricsQuery);
  const now = useNow(60_000);
  const moment = useMoment();
  const known = metrics?.find(({ name }) => name === source.metric);
  const title = known === undefined ? source.metric : titleOf(known);
  return (
    <li>
      <Link
        className="why-device"
        to="/devices/$id"
        params={{ id: source.device }}
        search={{ metric: source.metric, ...(moment === null ? {} : aroundMoment(moment)) }}
      >
        <span className="why-device-name">{source.name ?? source.device}</span>
        <strong className="number">
          {withUnit(format.number(source.value, digitsFor(source.value)), unit)}
        </strong>
        <span className="small muted why-device-facts">
          <OriginTag origin={source.origin} />{" "}
          {t("why.sourceFacts", {
            count: source.readings,
            n: format.count(source.readings),
            metric: title,
            time: format.moment(Date.parse(source.lastTime), now),
          })}
        </span>
      </Link>
    </li>
  );
}
