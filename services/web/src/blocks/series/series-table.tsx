import type { ReactNode } from "react";
import type { Metric, Series } from "../../api-types.ts";
import { shownUnit } from "../../format/unit.ts";
import { useCity } from "../../page/city-context.tsx";
import { TableScroll } from "../../ui/table-scroll.tsx";

const MOST_ROWS = 200;

/** The chart as a table, newest first. */
export function SeriesTable({ series, metric }: { series: Series; metric: Metric }): ReactNode {
  const { format } = useCity();
  const rows = series.points.slice(-MOST_ROWS).toReversed();
  const value = (number: number): string => format.number(number, metric.decimals);
  return (
    <TableScroll label={`Table of ${metric.title}`} tall>
      <table>
        <caption className="small muted">
          {metric.title}
          {metric.unit === "1" ? "" : ` in ${shownUnit(metric.unit)}`}, times in {format.timeZone}
          {series.points.length > MOST_ROWS &&
            `; the newest ${MOST_ROWS} of ${format.count(series.points.length)} steps, all of them are in the CSV`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Start of step</th>
            <th scope="col" className="number">
              Mean
            </th>
            <th scope="col" className="number">
              Lowest
            </th>
            <th scope="col" className="number">
              Highest
            </th>
            <th scope="col" className="number">
              Readings
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((point) => (
            <tr key={point.time}>
              <th scope="row" className="row-time">
                <time dateTime={point.time}>{format.dateTime(Date.parse(point.time))}</time>
              </th>
              <td className="number">{value(point.mean)}</td>
              <td className="number">{value(point.min)}</td>
              <td className="number">{value(point.max)}</td>
              <td className="number">{format.count(point.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
