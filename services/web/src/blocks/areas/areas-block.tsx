import { useQuery } from "@tanstack/react-query";
import { type CSSProperties, type ReactNode, useMemo } from "react";
import { scoresOf } from "../../api/queries.ts";
import type { Score } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { useMoment } from "../../past/use-moment.ts";
import { useView } from "../../routing/use-view.ts";
import { bandColour } from "../../score/band.ts";
import { columnOf, columnsOf, type ScoreColumn } from "../../score/columns.ts";
import { scoreKey } from "../../score/score-key.ts";
import { Block } from "../../ui/block.tsx";
import { Failure, Loading } from "../../ui/notice.tsx";
import { TableScroll } from "../../ui/table-scroll.tsx";
import { type AreaRow, nextSort, sortAreas } from "./sort-areas.ts";

/** The areas against each other: one row each, one column for each score that has data. */
export function AreasBlock(): ReactNode {
  const { city } = useCity();
  const { t, score } = useWords();
  const { view } = useView();
  const { data, error, refetch } = useQuery(scoresOf(useMoment()));
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
    <Block id="areas" title={t("areas.title")} lead={t("areas.lead")}>
      {error !== null && data === undefined ? (
        <Failure what={t("what.areas")} error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what={t("what.areas")} lines={5} />
      ) : (
        <TableScroll label={t("areas.table")}>
          <table className="areas-table" style={{ "--columns": columns.length } as CSSProperties}>
            <caption className="unseen">{t("areas.caption")}</caption>
            <thead>
              <tr>
                <SortHead id="name" title={t("areas.area")} isAspect={false} />
                {columns.map((column) => (
                  <SortHead
                    key={column.id}
                    id={column.id}
                    title={score(column.of)}
                    isAspect={column.isAspect}
                  />
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

function SortHead({ id, title, isAspect }: { id: string; title: string; isAspect: boolean }): ReactNode {
  const { view, show } = useView();
  const sorted =
    id === "name"
      ? view.sort === null
        ? "ascending"
        : view.sort === "-name"
          ? "descending"
          : "none"
      : view.sort === id
        ? "ascending"
        : view.sort === `-${id}`
          ? "descending"
          : "none";
  return (
    <th
      scope="col"
      aria-sort={sorted}
      className={id === "name" ? "area-cell" : isAspect ? "aspect-column" : "dimension-column"}
    >
      <button
        type="button"
        className="sort-button"
        onClick={() => show({ sort: nextSort(id, view.sort) }, "replace")}
      >
        {title}
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
  const { t } = useWords();
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
        <span className="muted area-population">
          {t("area.people", { count: row.population, n: format.count(row.population) })}
        </span>
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
  const { t, band } = useWords();
  if (score === undefined || score.score === null) {
    return <span className="muted cell-none">{band(null)}</span>;
  }
  return (
    <a className="cell-score" {...link({ why: scoreKey(score) })}>
      <span className="cell-tick" style={{ background: bandColour(score.score) }} aria-hidden="true" />
      <span className="number cell-number">{Math.round(score.score)}</span>
      <span className="cell-word">
        {band(score.score)}
        {score.status === "provisional" && <span title={t("score.provisionalMark")}> *</span>}
      </span>
    </a>
  );
}
