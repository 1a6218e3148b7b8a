import { useQuery } from "@tanstack/react-query";
import { type CSSProperties, type ReactNode, useMemo } from "react";
import { scoresQuery } from "../../api/queries.ts";
import type { Score } from "../../api-types.ts";
import { useCity } from "../../page/city-context.tsx";
import { useView } from "../../page/use-view.ts";
import { bandColour, bandOf } from "../../score/band.ts";
import { columnOf, columnsOf, type ScoreColumn } from "../../score/columns.ts";
import { scoreKey } from "../../score/score-key.ts";
import { Block } from "../../ui/block.tsx";
import { Failure, Loading } from "../../ui/notice.tsx";
import { TableScroll } from "../../ui/table-scroll.tsx";
import { type AreaRow, nextSort, sortAreas } from "./sort-areas.ts";

/** The areas against each other: one row each, one column for each score that has data. */
export function AreasBlock(): ReactNode {
  const { city } = useCity();
  const { view } = useView();
  const { data, error, refetch } = useQuery(scoresQuery);
  const columns = useMemo(() => columnsOf(data ?? [], city.dimensions), [data, city.dimensions]);
  const rows = useMemo(() => {
    const byArea = new Map<string, Map<string, Score>>();
    for (const score of data ?? []) {
      const column = columnOf(score);
      if (column === null) continue;
      const ofArea = byArea.get(score.area) ?? new Map<string, Score>();
      byArea.set(score.area, ofArea.set(column, score));
    }
    return city.areas.features.map(
      ({ properties }): AreaRow => ({
        id: properties.id,
        name: properties.name,
        population: properties.population,
        scores: byArea.get(properties.id) ?? new Map(),
      }),
    );
  }, [data, city.areas]);
  const sorted = sortAreas(rows, view.sort);

  return (
    <Block
      id="areas"
      title="Areas"
      lead="Where it is well and where it is not. Choose an area to see only it on this page; choose a number to open it."
    >
      {error !== null && data === undefined ? (
        <Failure what="The areas' scores" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what="areas" lines={5} />
      ) : (
        <TableScroll label="Table of areas">
          <table className="areas-table" style={{ "--columns": columns.length } as CSSProperties}>
            <caption className="unseen">Scores of each area, 0 worst to 100 best</caption>
            <thead>
              <tr>
                <SortHead column={{ id: "name", title: "Area", isAspect: false }} />
                {columns.map((column) => (
                  <SortHead key={column.id} column={column} />
                ))}
              </tr>
            </thead>
            <tbody>
              {sorted.map((row) => (
                <Row key={row.id} row={row} columns={columns} />
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
    </Block>
  );
}

function SortHead({ column }: { column: ScoreColumn }): ReactNode {
  const { view, show } = useView();
  const sorted =
    column.id === "name"
      ? view.sort === null
        ? "ascending"
        : view.sort === "-name"
          ? "descending"
          : "none"
      : view.sort === column.id
        ? "ascending"
        : view.sort === `-${column.id}`
          ? "descending"
          : "none";
  return (
    <th
      scope="col"
      aria-sort={sorted}
      className={column.id === "name" ? "area-cell" : column.isAspect ? "aspect-column" : "dimension-column"}
    >
      <button
        type="button"
        className="sort-button"
        onClick={() => show({ sort: nextSort(column.id, view.sort) }, "replace")}
      >
        {column.title}
        <span aria-hidden="true" className="sort-arrow">
          {sorted === "ascending" ? "↑" : sorted === "descending" ? "↓" : "↕"}
        </span>
      </button>
    </th>
  );
}

function Row({ row, columns }: { row: AreaRow; columns: readonly ScoreColumn[] }): ReactNode {
  const { view, link } = useView();
  const { format } = useCity();
  const chosen = view.area === row.id;
  return (
    <tr className={chosen ? "chosen" : undefined}>
      <th scope="row" className="area-cell">
        <a
          className="area-link"
          aria-current={chosen || undefined}
          {...link({ area: chosen ? null : row.id })}
        >
          {row.name}
        </a>
        <span className="muted area-population">{format.count(row.population)} people</span>
      </th>
      {columns.map((column) => (
        <td key={column.id} className={column.isAspect ? "aspect-column" : "dimension-column"}>
          <Cell score={row.scores.get(column.id)} />
        </td>
      ))}
    </tr>
  );
}

function Cell({ score }: { score: Score | undefined }): ReactNode {
  const { link } = useView();
  if (score === undefined || score.score === null) return <span className="muted cell-none">no data</span>;
  return (
    <a className="cell-score" {...link({ why: scoreKey(score) })}>
      <span className="cell-tick" style={{ background: bandColour(score.score) }} aria-hidden="true" />
      <span className="number cell-number">{Math.round(score.score)}</span>
      <span className="cell-word">
        {bandOf(score.score).word}
        {score.status === "provisional" && <span title="Provisional: little data"> *</span>}
      </span>
    </a>
  );
}
