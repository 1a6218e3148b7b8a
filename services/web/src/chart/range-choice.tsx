import { type ReactNode, useId, useState } from "react";
import { useWords } from "../i18n/words.ts";
import { useCity } from "../page/city-context.tsx";
import { RANGES, spanOf, type TimeWindow, timeOfWall, wallTime } from "./time-window.ts";

/** Chooses the shown time: a range up to now, or from and to in the city's zone. */
export function RangeChoice({
  window,
  onWindow,
  any,
}: {
  /** Null: any time, which only some lists offer. */
  window: TimeWindow | null;
  onWindow: (window: TimeWindow | null) => void;
  /** What 'any time' is called, when it is offered. */
  any?: string;
}): ReactNode {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const name = useId();
  const isFixed = window?.kind === "fixed";
  return (
    <div className="range-choice">
      <fieldset className="ranges">
        <legend className="unseen">{t("chart.range")}</legend>
        {any !== undefined && (
          <RangeRadio name={name} title={any} on={window === null} onChoose={() => onWindow(null)} />
        )}
        {RANGES.map(({ id }) => (
          <RangeRadio
            key={id}
            name={name}
            title={t(`chart.ranges.${id}`)}
            on={window?.kind === "rolling" && id === window.range}
            onChoose={() => {
              setOpen(false);
              onWindow({ kind: "rolling", range: id });
            }}
          />
        ))}
        <button
          type="button"
          className={isFixed ? "range range-on range-button" : "range range-button"}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {t("chart.custom")}
        </button>
      </fieldset>
      {open && (
        <CustomRange
          window={window}
          onWindow={(chosen) => {
            setOpen(false);
            onWindow(chosen);
          }}
        />
      )}
    </div>
  );
}

function RangeRadio({
  name,
  title,
  on,
  onChoose,
}: {
  name: string;
  title: string;
  on: boolean;
  onChoose: () => void;
}): ReactNode {
  return (
    <label className={on ? "range range-on" : "range"}>
      <input type="radio" name={name} className="unseen" checked={on} onChange={onChoose} />
      {title}
    </label>
  );
}

function CustomRange({
  window,
  onWindow,
}: {
  window: TimeWindow | null;
  onWindow: (window: TimeWindow) => void;
}): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const [shown] = useState(() => spanOf(window ?? { kind: "rolling", range: "24h" }, Date.now()));
  const [from, setFrom] = useState(() => wallTime(shown.from, format.timeZone));
  const [to, setTo] = useState(() => wallTime(shown.to, format.timeZone));
  const [wrong, setWrong] = useState(false);
  const fields = useId();
  return (
    <form
      className="custom-range small"
      onSubmit={(event) => {
        event.preventDefault();
        const [start, end] = [timeOfWall(from, format.timeZone), timeOfWall(to, format.timeZone)];
        if (!(end > start)) return setWrong(true);
        onWindow({ kind: "fixed", from: start, to: end });
      }}
    >
      <label className="field" htmlFor={`${fields}-from`}>
        <span>{t("chart.from")}</span>
        <input
          id={`${fields}-from`}
          type="datetime-local"
          value={from}
          required
          onChange={(event) => setFrom(event.target.value)}
        />
      </label>
      <label className="field" htmlFor={`${fields}-to`}>
        <span>{t("chart.to")}</span>
        <input
          id={`${fields}-to`}
          type="datetime-local"
          value={to}
          required
          onChange={(event) => setTo(event.target.value)}
        />
      </label>
      <button type="submit" className="button">
        {t("chart.apply")}
      </button>
      <span className={wrong ? "wrong" : "muted"} role={wrong ? "alert" : undefined}>
        {wrong ? t("chart.badRange") : t("chart.zoneNote", { zone: format.timeZone })}
      </span>
    </form>
  );
}
