import { shownUnit } from "@kota/model/shown-unit";
import { type ReactNode, useMemo } from "react";
import { useWords } from "../i18n/words.ts";
import { useCity } from "../page/city-context.tsx";
import { TableScroll } from "../ui/table-scroll.tsx";
import type { ChartLine } from "./chart-line.ts";
import { rowsOf } from "./course.ts";
import type { DrawnLine } from "./course-chart.tsx";

const MOST_ROWS = 200;

/** The chart as a table, newest first: the same means of the same lines. */
export function CourseTable({
  lines,
  drawn,
}: {
  lines: readonly ChartLine[];
  drawn: readonly DrawnLine[];
}): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const rows = useMemo(() => rowsOf(drawn.map(({ course }) => course)), [drawn]);
  return (
    <TableScroll label={t("chart.table")} tall>
      <table>
        <caption className="small muted">
          {t("chart.tableCaption", { zone: format.timeZone })}
          {rows.length > MOST_ROWS &&
            `; ${t("chart.tableCut", { shown: MOST_ROWS, all: format.count(rows.length) })}`}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t("chart.time")}</th>
            {drawn.map(({ number, unit, isBefore }) => (
              <th key={`${number} ${isBefore}`} scope="col" className="number">
                {lines[number]?.name}
                {isBefore && `, ${t("chart.before")}`} {shownUnit(unit)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map(({ time, means }) => (
            <tr key={time}>
              <th scope="row" className="row-time">
                <time dateTime={new Date(time).toISOString()}>{format.dateTime(time)}</time>
              </th>
              {drawn.map(({ number, isBefore, decimals }, index) => {
                const mean = means[index];
                return (
                  <td key={`${number} ${isBefore}`} className="number">
                    {mean == null ? "" : format.number(mean, decimals)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
