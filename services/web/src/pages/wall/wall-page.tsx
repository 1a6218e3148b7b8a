import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { metricsQuery, scoresOf, workQuery } from "../../api/queries.ts";
import type { Score } from "../../api-types.ts";
import type { FindingRowProps } from "../../attention/finding-row.tsx";
import { findingWords } from "../../attention/finding-words.ts";
import { ScoreRing } from "../../blocks/scores/score-ring.tsx";
import { useWords } from "../../i18n/words.ts";
import { useLiveness } from "../../live/live-context.tsx";
import { shownLiveness } from "../../live/shown-liveness.ts";
import { useFlow } from "../../live/use-flow.ts";
import { useCity } from "../../page/city-context.tsx";
import { usePageTitle } from "../../page/page-head.tsx";
import { useMoment, usePresent } from "../../past/use-moment.ts";
import { wallSeconds } from "../../routing/searches.ts";
import { bandColour } from "../../score/band.ts";
import { CITY_AREA } from "../../score/score-key.ts";
import { Loading } from "../../ui/notice.tsx";
import { useNow } from "../../ui/use-now.ts";
import { usePastWork } from "../../work/use-past-work.ts";

const SLIDES = ["city", "areas", "attention"] as const;
const MOST_FINDINGS = 6;
const IDLE_MS = 5000;
const SIGNS = ["pointermove", "pointerdown", "keydown", "focusin"] as const;

/** For a screen on the wall: the city, its areas, what needs attention, one after the other in large type. */
export function WallPage(): ReactNode {
  const { t } = useWords();
  const { city, format } = useCity();
  const { every } = useSearch({ strict: false });
  const seconds = wallSeconds({ every });
  const navigate = useNavigate();
  const liveness = useLiveness();
  const flow = useFlow();
  const now = useNow();
  const at = useMoment();
  const [slide, setSlide] = useState(0);
  const [isPaused, setPaused] = useState(false);
  const isIdle = useIdle();
  usePageTitle(t("wall.title"));

  const turn = useCallback(
    (by: number) => setSlide((before) => (before + by + SLIDES.length) % SLIDES.length),
    [],
  );
  // Each picture has its whole time, also one that was turned to by hand.
  useEffect(() => {
    if (isPaused) return;
    const timer = window.setTimeout(() => turn(1), seconds * 1000);
    return () => window.clearTimeout(timer);
  }, [isPaused, seconds, slide, turn]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.target instanceof HTMLButtonElement && event.key === " ") return;
      if (event.key === "ArrowRight") turn(1);
      else if (event.key === "ArrowLeft") turn(-1);
      else if (event.key === " ") setPaused((before) => !before);
      else if (event.key === "Escape") void navigate({ to: "/" });
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [navigate, turn]);

  const isLate = at === null && liveness.state === "live" && flow !== null;
  const name = SLIDES[slide] ?? "city";
  return (
    <div className={isIdle ? "wall wall-idle" : "wall"} data-live={liveness.state}>
      <header className="wall-head">
        <h1>{city.name}</h1>
        <p className={`live live-${at !== null ? "past" : isLate ? "reconnecting" : liveness.state}`}>
          <span className="live-dot" aria-hidden="true" />
          {isLate
            ? t("live.late")
            : at === null
              ? shownLiveness(liveness, (time) => format.moment(time, now), t)
              : t("past.badge", { time: format.dateTime(at) })}
        </p>
        <time className="number wall-clock" dateTime={new Date(now).toISOString()}>
          {format.clock(now)}
        </time>
      </header>
      <main className="wall-main" aria-label={t("wall.label", { city: city.name })}>
        <h2 className="wall-title">{t(`wall.${name}`)}</h2>
        {name === "city" ? <CitySlide /> : name === "areas" ? <AreasSlide /> : <AttentionSlide />}
      </main>
      <footer className="wall-foot">
        <button type="button" className="button" onClick={() => turn(-1)}>
          {t("wall.before")}
        </button>
        <button type="button" className="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          {t(isPaused ? "wall.go" : "wall.pause")}
        </button>
        <button type="button" className="button" onClick={() => turn(1)}>
          {t("wall.next")}
        </button>
        <span className="muted small">
          {t("wall.slide", { n: slide + 1, all: SLIDES.length, title: t(`wall.${name}`) })}. {t("wall.keys")}
        </span>
        <button type="button" className="button" onClick={() => void navigate({ to: "/" })}>
          {t("wall.leave")}
        </button>
      </footer>
    </div>
  );
}

/** Whether nobody has moved the pointer or pressed a key for a while: then the controls make room. */
function useIdle(): boolean {
  const [isIdle, setIdle] = useState(false);
  useEffect(() => {
    let timer = window.setTimeout(() => setIdle(true), IDLE_MS);
    const onSign = (): void => {
      setIdle(false);
      window.clearTimeout(timer);
      timer = window.setTimeout(() => setIdle(true), IDLE_MS);
    };
    for (const sign of SIGNS) window.addEventListener(sign, onSign);
    return () => {
      window.clearTimeout(timer);
      for (const sign of SIGNS) window.removeEventListener(sign, onSign);
    };
  }, []);
  return isIdle;
}

function CitySlide(): ReactNode {
  const { t, score: titleOf } = useWords();
  const { city } = useCity();
  const { data } = useQuery(scoresOf(useMoment()));
  if (data === undefined) return <Loading what={t("what.scores")} lines={5} />;
  const ofCity = data.filter(({ area, aspect }) => area === CITY_AREA && aspect === null);
  const overall = ofCity.find(({ dimension }) => dimension === null)?.score ?? null;
  const dimensions = city.dimensions.flatMap(
    (name) => ofCity.find(({ dimension }) => dimension === name) ?? [],
  );
  return (
    <div className="wall-city">
      <ScoreRing overall={overall} dimensions={dimensions} />
      <ul className="wall-scores">
        {dimensions
          .filter(({ score }) => score !== null)
          .map((dimension) => (
            <li key={dimension.dimension}>
              <WallScore title={titleOf(dimension)} score={dimension.score} />
            </li>
          ))}
      </ul>
    </div>
  );
}

function WallScore({ title, score }: { title: string; score: number | null }): ReactNode {
  const { band } = useWords();
  return (
    <div className="wall-score">
      <span className="wall-score-title">{title}</span>
      <span className="wall-score-bar" style={{ background: bandColour(score) }} aria-hidden="true" />
      <strong className="number">{score === null ? "–" : Math.round(score)}</strong>
      <span className="muted">{band(score)}</span>
    </div>
  );
}

function AreasSlide(): ReactNode {
  const { t } = useWords();
  const { areaName } = useCity();
  const { data } = useQuery(scoresOf(useMoment()));
  if (data === undefined) return <Loading what={t("what.areas")} lines={5} />;
  const overall = data.filter(({ area, dimension }) => area !== CITY_AREA && dimension === null);
  const worstFirst = (a: Score, b: Score): number => (a.score ?? 101) - (b.score ?? 101);
  return (
    <ul className="wall-areas">
      {overall.toSorted(worstFirst).map(({ area, score }) => (
        <li key={area}>
          <WallScore title={areaName(area)} score={score} />
        </li>
      ))}
    </ul>
  );
}

function AttentionSlide(): ReactNode {
  const at = useMoment();
  return at === null ? <AttentionNow /> : <AttentionThen at={at} />;
}

function AttentionNow(): ReactNode {
  return <Findings findings={useQuery(workQuery).data} />;
}

function AttentionThen({ at }: { at: number }): ReactNode {
  return <Findings findings={usePastWork(at, null).rows?.map(({ item }) => item)} />;
}

function Findings({
  findings,
}: {
  findings: readonly (FindingRowProps["item"] & { readonly id: string })[] | undefined;
}): ReactNode {
  const words = useWords();
  const { t } = words;
  const { format, areaName } = useCity();
  const { data: metrics } = useQuery(metricsQuery);
  const now = usePresent(60_000);
  if (findings === undefined) return <Loading what={t("what.attention")} lines={5} />;
  if (findings.length === 0) return <p className="wall-none">{t("attention.none")}</p>;
  const rest = findings.length - MOST_FINDINGS;
  return (
    <>
      <ol className="wall-findings">
        {findings.slice(0, MOST_FINDINGS).map((finding) => {
          const { title, since } = findingWords(finding, words, format, metrics ?? [], now);
          return (
            <li key={finding.id} className={`wall-finding wall-finding-${finding.severity}`}>
              <strong>{title}</strong>
              <span>
                {finding.deviceName ?? finding.facts.title}
                {finding.area !== null && `, ${areaName(finding.area)}`}
              </span>
              <span className="muted">{since}</span>
            </li>
          );
        })}
      </ol>
      {rest > 0 && (
        <p className="muted wall-rest">{t("wall.rest", { count: rest, n: format.count(rest) })}</p>
      )}
    </>
  );
}
