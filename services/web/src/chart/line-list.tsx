import { withUnit } from "@kota/model/shown-unit";
import type { ReactNode } from "react";
import { useWords } from "../i18n/words.ts";
import { useCity } from "../page/city-context.tsx";
import type { ChartLine } from "./chart-line.ts";
import type { Course } from "./course.ts";
import type { DrawnLine, Pointed } from "./course-chart.tsx";
import { lineColour } from "./line-colour.ts";
import { type SeriesRef, writeSeriesRef } from "./series-ref.ts";

/** The lines of the chart with their colours, numbers and values: those at the pointed time, else the last ones. */
export function LineList({
  lines,
  drawn,
  pointed,
  onRemove,
}: {
  lines: readonly ChartLine[];
  drawn: readonly DrawnLine[];
  pointed: Pointed;
  onRemove?: (ref: SeriesRef) => void;
}): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const shownValue = (number: number, isBefore: boolean): string | null => {
    const place = drawn.findIndex((line) => line.number === number && line.isBefore === isBefore);
    const line = drawn[place];
    if (line === undefined) return null;
    const value = pointed === null ? line.course.points.at(-1)?.last : pointed.values[place];
    return value == null ? "–" : withUnit(format.number(value, line.decimals), line.unit);
  };
  return (
    <div className="line-list">
      <ul className="lines" aria-label={t("overTime.shown")}>
        {lines.map(({ ref, name }, number) => {
          const before = shownValue(number, true);
          return (
            <li key={writeSeriesRef(ref)} className="line">
              <span
                className="line-mark"
                style={{ background: `var(${lineColour(number)})` }}
                aria-hidden="true"
              />
              {lines.length > 1 && <span className="number muted">{number + 1}</span>}
              <span className="line-name">{name}</span>
              <AreaNote course={drawn.find((line) => line.number === number && !line.isBefore)?.course} />
              <strong className="number">{shownValue(number, false) ?? "…"}</strong>
              {before !== null && (
                <span className="muted small">
                  {t("chart.before")} <span className="number">{before}</span>
                </span>
              )}
              {onRemove !== undefined && (
                <button
                  type="button"
                  className="line-remove"
                  aria-label={t("overTime.remove", { name })}
                  onClick={() => onRemove(ref)}
                >
                  <span aria-hidden="true">×</span>
                </button>
              )}
            </li>
          );
        })}
      </ul>
      <p className="small muted number chart-pointed" aria-hidden="true">
        {pointed === null ? t("chart.point") : format.dateTime(pointed.time)}
      </p>
    </div>
  );
}

/** Of an area's line: what its values are, and of how many devices. */
function AreaNote({ course }: { course: Course | undefined }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  if (course?.area === undefined) return null;
  const { over, devices } = course.area;
  return (
    <span className="muted small">
      {t(`chart.over.${over}`, { count: devices, n: format.count(devices) })}
    </span>
  );
}
