import { useIsFetching } from "@tanstack/react-query";
import { useMatches } from "@tanstack/react-router";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { PAST } from "../api/queries.ts";
import { timeOfWall, wallTime } from "../chart/time-window.ts";
import { useWords } from "../i18n/words.ts";
import { useCity } from "../page/city-context.tsx";
import { useView } from "../routing/use-view.ts";
import { useNow } from "../ui/use-now.ts";
import { lastHour, moved, PACES, type Pace, STEPS, sliderSpan, writeMoment } from "./moment.ts";
import { useMoment } from "./use-moment.ts";

/** A picture stands at least so long when time is played. */
const FRAME_MS = 1200;
/** The slider asks for what it is over when it rests. */
const SETTLE_MS = 250;
const SLIDER_STEP = 10 * 60_000;

/** Opens the past, on a page that shows what is now. */
export function LookBack(): ReactNode {
  const { t } = useWords();
  const { link } = useView();
  return (
    <a className="button small" {...link({ at: writeMoment(lastHour(Date.now())) })}>
      <span aria-hidden="true">↺</span> {t("past.open")}
    </a>
  );
}

/** While the page shows a moment of the past: says so, moves through time, and leads back to now. */
export function PastBar(): ReactNode {
  const at = useMoment();
  const showsNow = useMatches({ select: (matches) => matches.some((match) => match.staticData.showsNow) });
  if (at === null) return null;
  return showsNow ? <ShowsNow at={at} /> : <Bar at={at} />;
}

/** Some pages have no past: they say so, and the moment is kept for those that have. */
function ShowsNow({ at }: { at: number }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const { link } = useView();
  return (
    <section className="past-bar past-bar-now" aria-label={t("past.title")}>
      <p className="past-what">
        <strong>{t("past.showsNow")}</strong>
        <span className="small">{t("past.kept", { time: format.dateTime(at) })}</span>
      </p>
      <a className="button past-leave" {...link({ at: null })}>
        {t("past.leave")}
      </a>
    </section>
  );
}

function Bar({ at }: { at: number }): ReactNode {
  const { t, age } = useWords();
  const { format } = useCity();
  const { show, link } = useView();
  const now = useNow(10_000);
  const fields = useId();
  const isLoading = useIsFetching({ queryKey: [PAST] }) > 0;
  const [isPlaying, setPlaying] = useState(false);
  const [pace, setPace] = useState<Pace>("1h");
  const go = (time: number | null, how: "push" | "replace"): void =>
    show({ at: time === null ? null : writeMoment(time) }, how);
  const later = moved(at, STEPS.hour, now);
  const next = moved(at, PACES[pace], now);
  const playOn = useRef(() => {});
  playOn.current = () => {
    if (next === null) setPlaying(false);
    else go(next, "replace");
  };

  useEffect(() => {
    if (!isPlaying || isLoading) return;
    const timer = window.setTimeout(() => playOn.current(), FRAME_MS);
    return () => window.clearTimeout(timer);
    // `at` begins the next picture.
  }, [isPlaying, isLoading, at]);

  return (
    <section className="past-bar" aria-label={t("past.title")}>
      <p className="past-what">
        <strong>{t("past.title")}</strong>
        <span className="past-time number" role="status">
          {format.dateTime(at)} {format.zoneName(at)}
        </span>
        <span className="small">{isLoading ? t("past.loading") : age(at, now)}</span>
      </p>
      <div className="past-moves">
        <Step label={t("past.dayBefore")} sign={`−${t("length.d", { n: 1 })}`} to={at - STEPS.day} />
        <Step label={t("past.hourBefore")} sign={`−${t("length.h", { n: 1 })}`} to={at - STEPS.hour} />
        <button
          type="button"
          className="button"
          aria-pressed={isPlaying}
          disabled={next === null && !isPlaying}
          onClick={() => setPlaying(!isPlaying)}
        >
          <span aria-hidden="true">{isPlaying ? "❚❚" : "▶"}</span> {t(isPlaying ? "past.pause" : "past.play")}
        </button>
        <label className="field small" htmlFor={`${fields}-pace`}>
          <span className="unseen">{t("past.pace")}</span>
          <select
            id={`${fields}-pace`}
            value={pace}
            title={t("past.pace")}
            onChange={(event) => setPace(event.target.value as Pace)}
          >
            {(Object.keys(PACES) as Pace[]).map((one) => (
              <option key={one} value={one}>
                {t(`past.paces.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <Step label={t("past.hourAfter")} sign={`+${t("length.h", { n: 1 })}`} to={later} />
        <Step
          label={t("past.dayAfter")}
          sign={`+${t("length.d", { n: 1 })}`}
          to={moved(at, STEPS.day, now)}
        />
        <label className="field small" htmlFor={`${fields}-time`}>
          <span className="unseen">{t("past.moment", { zone: format.timeZone })}</span>
          <input
            id={`${fields}-time`}
            type="datetime-local"
            value={wallTime(at, format.timeZone)}
            max={wallTime(now, format.timeZone)}
            onChange={(event) => {
              const time = timeOfWall(event.target.value, format.timeZone);
              if (time < now) go(time, "replace");
            }}
          />
        </label>
        <a className="button past-leave" {...link({ at: null })}>
          {t("past.leave")}
        </a>
      </div>
      <Slider at={at} now={now} onMoment={(time) => go(time, "replace")} />
    </section>
  );
}

function Step({ label, sign, to }: { label: string; sign: string; to: number | null }): ReactNode {
  const { show } = useView();
  return (
    <button
      type="button"
      className="button number"
      title={label}
      disabled={to === null}
      onClick={() => to !== null && show({ at: writeMoment(to) }, "replace")}
    >
      {sign} <span className="unseen">{label}</span>
    </button>
  );
}

function Slider({
  at,
  now,
  onMoment,
}: {
  at: number;
  now: number;
  onMoment: (time: number) => void;
}): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const [dragged, setDragged] = useState<number | null>(null);
  const { from, to } = sliderSpan(at, now);
  const first = Math.ceil(from / SLIDER_STEP) * SLIDER_STEP;
  const last = Math.floor((to - 1) / SLIDER_STEP) * SLIDER_STEP;
  const tell = useRef(onMoment);
  tell.current = onMoment;

  useEffect(() => {
    if (dragged === null) return;
    const timer = window.setTimeout(() => {
      tell.current(dragged);
      setDragged(null);
    }, SETTLE_MS);
    return () => window.clearTimeout(timer);
  }, [dragged]);

  return (
    <div className="past-slider small">
      <span className="number" aria-hidden="true">
        {format.day(first)}
      </span>
      <input
        type="range"
        aria-label={t("past.slider")}
        aria-valuetext={format.dateTime(dragged ?? at)}
        min={first}
        max={last}
        step={SLIDER_STEP}
        value={dragged ?? at}
        onChange={(event) => setDragged(Number(event.target.value))}
      />
      <span className="number" aria-hidden="true">
        {dragged === null ? (now === to ? t("past.now") : format.day(last)) : format.dateTime(dragged)}
      </span>
    </div>
  );
}
