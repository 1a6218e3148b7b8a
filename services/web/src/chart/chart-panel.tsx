import { withUnit } from "@kota/model/shown-unit";
import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  Suspense,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import type uPlot from "uplot";
import { WEEK_MS } from "../api/queries.ts";
import { thresholdsOf } from "../attention/thresholds.ts";
import { useWords } from "../i18n/words.ts";
import { useCity } from "../page/city-context.tsx";
import { useMoment, usePresent } from "../past/use-moment.ts";
import { summaryOf } from "../series/caption.ts";
import { gapsIn } from "../series/gaps.ts";
import { Failure, Loading, Notice } from "../ui/notice.tsx";
import type { ChartLine } from "./chart-line.ts";
import type { ChartState } from "./chart-search.ts";
import { columnsOfCourse, csvOf, type WrittenLine } from "./course.ts";
import type { DrawnLimit, DrawnLine, Pointed } from "./course-chart.tsx";
import { CourseTable } from "./course-table.tsx";
import { lineColour } from "./line-colour.ts";
import { LineList } from "./line-list.tsx";
import { download, pictureOf } from "./picture.ts";
import { RangeChoice } from "./range-choice.tsx";
import { type SeriesRef, writeSeriesRef } from "./series-ref.ts";
import { dragged, pan, seenFrom, spanOf, type TimeWindow, zoom } from "./time-window.ts";
import { useCourses } from "./use-courses.ts";

const loadChart = () => import("./course-chart.tsx");
const CourseChart = lazy(() => loadChart().then((module) => ({ default: module.CourseChart })));

/**
 * A chart with all that belongs to it: range, zoom, comparison, thresholds, table, files. What it shows is the state
 * that it is given, so that it can stand in the URL.
 */
export function ChartPanel({
  title,
  lines,
  state,
  onState,
  onRemove,
}: {
  title: string;
  lines: readonly ChartLine[];
  state: ChartState;
  /** `replace` leaves no step behind for the back button. */
  onState: (state: ChartState, how?: "push" | "replace") => void;
  onRemove?: (ref: SeriesRef) => void;
}): ReactNode {
  const { t, step } = useWords();
  const { format } = useCity();
  const at = useMoment();
  const now = usePresent(5000);
  const plot = useRef<uPlot | null>(null);
  const [pointed, setPointed] = useState<Pointed>(null);
  const hint = useId();
  const { compare, limits, asTable } = state;
  const window = seenFrom(state.window, at);
  const courses = useCourses(
    lines.map(({ ref }) => ref),
    window,
    compare,
  );
  const span = spanOf(window, now);
  // Its code comes while the series are on their way.
  useEffect(() => void loadChart(), []);
  const show = (next: TimeWindow, how?: "push" | "replace"): void => onState({ ...state, window: next }, how);

  const drawn = useMemo(
    () =>
      lines.flatMap(({ unit, decimals }, number): readonly DrawnLine[] => {
        const [course, before] = [courses.now[number], courses.before[number]];
        const line = { number, unit, decimals };
        return [
          ...(course === undefined ? [] : [{ ...line, course, isBefore: false }]),
          ...(before === undefined ? [] : [{ ...line, course: before, isBefore: true }]),
        ];
      }),
    [lines, courses.now, courses.before],
  );
  const limitsShown = useMemo(() => (limits ? limitsOf(lines) : []), [limits, lines]);
  const limitLines = limitsShown.map(
    ({ unit, value, title: name, decimals }): DrawnLimit => ({
      unit,
      value,
      title: t("chart.limitAt", {
        title: t(`threshold.${name}`),
        value: withUnit(format.number(value, decimals), unit),
      }),
    }),
  );
  const limitKey = JSON.stringify(limitLines);
  // `limitKey` stands for what the lines say.
  const steadyLimits = useMemo(() => limitLines, [limitKey]);

  const names = lines.map(({ name }) => name).join(", ");
  const points = drawn.reduce((sum, { course }) => sum + course.points.length, 0);
  const gaps = drawn.reduce((sum, { course }) => sum + gapsIn(columnsOfCourse(course)), 0);
  const steps = [...new Set(drawn.map(({ course }) => course.step))];
  const sentences = [
    ...lines.map(({ name, unit, decimals }, index) => {
      const course = courses.now[index];
      const summary = course === undefined ? null : summaryOf(course.points);
      if (summary === null) return t("chart.empty", { name });
      const value = (number: number): string => withUnit(format.number(number, decimals), unit);
      return t("chart.caption", {
        name,
        last: value(summary.last.value),
        lastTime: format.moment(summary.last.time, now),
        min: value(summary.min.value),
        minTime: format.moment(summary.min.time, now),
        max: value(summary.max.value),
        maxTime: format.moment(summary.max.time, now),
      });
    }),
    [
      steps.length > 0 ? t("chart.steps", { step: steps.map(step).join(", ") }) : "",
      t("chart.band"),
      gaps > 0 ? t("chart.gaps", { count: gaps, n: format.count(gaps) }) : "",
    ]
      .filter(Boolean)
      .join(" "),
  ];
  const cut = lines.filter((_, index) => courses.now[index]?.isCut).map(({ name }) => name);

  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moved = moveFor(event.key, window, at ?? Date.now());
    if (moved === null) return;
    event.preventDefault();
    show(moved, "replace");
  };

  const written = (): readonly WrittenLine[] =>
    drawn.map(({ course, number, unit, isBefore }) => ({
      name: lines[number]?.name ?? "",
      unit,
      when: isBefore ? "week before" : "now",
      course,
      shiftMs: isBefore ? -WEEK_MS : 0,
    }));
  const fileName = fileNameOf(lines);
  const saveParquet = async (): Promise<void> => {
    const { parquetOf } = await import("./parquet.ts");
    download(
      new Blob([parquetOf(written())], { type: "application/vnd.apache.parquet" }),
      `${fileName}.parquet`,
    );
  };
  const savePicture = async (): Promise<void> => {
    const canvas = plot.current?.ctx.canvas;
    if (canvas === undefined) return;
    const range = `${format.dateTime(span.from)} – ${format.dateTime(span.to)}, ${format.timeZone}`;
    const legend = lines.map(({ name }, index) => ({
      text: lines.length > 1 ? `${index + 1}  ${name}` : name,
      colour: lineColour(index),
    }));
    download(await pictureOf(canvas, `${title} · ${range}`, legend), `${fileName}.png`);
  };

  return (
    <div className="chart-panel">
      <div className="chart-controls">
        <RangeChoice window={state.window} onWindow={(chosen) => chosen !== null && show(chosen)} />
        <div className="chart-moves">
          <MoveButton
            label={t("chart.earlier")}
            sign="←"
            onMove={() => show(pan(window, -0.5, at ?? Date.now()))}
          />
          <MoveButton
            label={t("chart.later")}
            sign="→"
            onMove={() => show(pan(window, 0.5, at ?? Date.now()))}
          />
          <MoveButton
            label={t("chart.zoomIn")}
            sign="+"
            onMove={() => show(zoom(window, 0.5, at ?? Date.now()))}
          />
          <MoveButton
            label={t("chart.zoomOut")}
            sign="−"
            onMove={() => show(zoom(window, 2, at ?? Date.now()))}
          />
          {state.window.kind === "fixed" && (
            <button type="button" className="button" onClick={() => show({ kind: "rolling", range: "24h" })}>
              {t(at === null ? "chart.backToLive" : "chart.backToMoment")}
            </button>
          )}
        </div>
      </div>

      <LineList
        lines={lines}
        pointed={asTable ? null : pointed}
        drawn={drawn}
        {...(onRemove === undefined ? {} : { onRemove })}
      />

      {courses.failed.length > 0 && (
        <Failure
          title={t("chart.failed", { names: courses.failed.map((at) => lines[at]?.name ?? "").join(", ") })}
          error={courses.error}
          onRetry={courses.refetch}
        />
      )}
      {cut.length > 0 && <p className="small wrong">{t("chart.cut", { names: cut.join(", ") })}</p>}

      {points === 0 && !courses.isLoading && courses.failed.length === 0 && (
        <Notice title={t("chart.nothing")}>{t("chart.nothingHelp")}</Notice>
      )}
      {drawn.length === 0 ? (
        courses.isLoading && <Loading what={t("what.series")} lines={5} />
      ) : asTable ? (
        <CourseTable lines={lines} drawn={drawn} />
      ) : (
        // An empty chart stays, so that whoever moves it by keyboard can go on.
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form; this groups a picture and its keys.
        <div
          className="chart"
          role="group"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys move and zoom the chart.
          tabIndex={0}
          aria-label={t("chart.group", { names })}
          aria-describedby={hint}
          onKeyDown={onKey}
        >
          <Suspense fallback={<Loading what={t("what.chart")} lines={5} />}>
            <CourseChart
              lines={drawn}
              limits={steadyLimits}
              span={span}
              label={sentences.join(" ")}
              plotRef={plot}
              onPoint={setPointed}
              onDrag={(from, to) => {
                const part = dragged(from, to);
                if (part !== null) show(part);
              }}
            />
          </Suspense>
        </div>
      )}
      <p id={hint} className="small muted">
        {t("chart.hint")}
      </p>
      <ul className="chart-caption small muted">
        {sentences.filter(Boolean).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <div className="series-actions">
        <Toggle
          on={compare}
          label={t("chart.compare")}
          onToggle={() => onState({ ...state, compare: !compare }, "replace")}
        />
        {limitsOf(lines).length > 0 && (
          <Toggle
            on={limits}
            label={t("chart.thresholds")}
            onToggle={() => onState({ ...state, limits: !limits }, "replace")}
          />
        )}
        <Toggle
          on={asTable}
          label={t("chart.asTable")}
          onToggle={() => onState({ ...state, asTable: !asTable }, "replace")}
        />
        <button
          type="button"
          className="button"
          disabled={points === 0 || courses.isLoading}
          onClick={() =>
            download(new Blob([csvOf(written())], { type: "text/csv;charset=utf-8" }), `${fileName}.csv`)
          }
        >
          {t("chart.csv")}
        </button>
        <button
          type="button"
          className="button"
          disabled={points === 0 || courses.isLoading}
          onClick={() => void saveParquet()}
        >
          {t("chart.parquet")}
        </button>
        <button
          type="button"
          className="button"
          disabled={points === 0 || asTable || courses.isLoading}
          onClick={() => void savePicture()}
        >
          {t("chart.png")}
        </button>
      </div>
    </div>
  );
}

/** Where a key takes the shown time; null for a key that has no meaning here. */
function moveFor(key: string, window: TimeWindow, now: number): TimeWindow | null {
  switch (key) {
    case "ArrowLeft":
      return pan(window, -0.25, now);
    case "ArrowRight":
      return pan(window, 0.25, now);
    case "+":
    case "=":
      return zoom(window, 0.5, now);
    case "-":
      return zoom(window, 2, now);
    case "0":
      return { kind: "rolling", range: "24h" };
    default:
      return null;
  }
}

function limitsOf(lines: readonly ChartLine[]) {
  const metrics = new Map(
    lines.flatMap(({ ref, unit, decimals }) =>
      ref.kind !== "score" && unit !== null ? [[ref.metric, { unit, decimals }] as const] : [],
    ),
  );
  return [...metrics].flatMap(([metric, { unit, decimals }]) =>
    thresholdsOf(metric).map(({ value, title }) => ({
      unit,
      value,
      title,
      decimals: Number.isInteger(value) ? 0 : decimals,
    })),
  );
}

function fileNameOf(lines: readonly ChartLine[]): string {
  const first = lines[0];
  const name = lines.length === 1 && first !== undefined ? writeSeriesRef(first.ref) : "kota-series";
  return name.replaceAll(/[^\w.-]+/g, "-").replace(/-+$/, "");
}

function MoveButton({ label, sign, onMove }: { label: string; sign: string; onMove: () => void }): ReactNode {
  return (
    <button type="button" className="button icon-button" aria-label={label} title={label} onClick={onMove}>
      <span aria-hidden="true">{sign}</span>
    </button>
  );
}

function Toggle({ on, label, onToggle }: { on: boolean; label: string; onToggle: () => void }): ReactNode {
  return (
    <button type="button" className="button" aria-pressed={on} onClick={onToggle}>
      {label}
    </button>
  );
}
