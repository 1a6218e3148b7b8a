import type { Score } from "../../api-types.ts";

export interface AreaRow {
  readonly id: string;
  readonly name: string;
  readonly population: number;
  /** Score by column. */
  readonly scores: ReadonlyMap<string, Score>;
}

/**
 * Rows in the order a view asks for: a column with the worst first, or with a leading `-` the best first; else by name.
 * An area without a score in the column comes last either way.
 */
export function sortAreas(rows: readonly AreaRow[], sort: string | null): readonly AreaRow[] {
  const byName = (a: AreaRow, b: AreaRow): number => a.name.localeCompare(b.name);
  if (sort === null) return rows.toSorted(byName);
  if (sort === "-name") return rows.toSorted((a, b) => byName(b, a));
  const bestFirst = sort.startsWith("-");
  const column = bestFirst ? sort.slice(1) : sort;
  return rows.toSorted((a, b) => {
    const [left, right] = [a.scores.get(column)?.score ?? null, b.scores.get(column)?.score ?? null];
    if (left === null || right === null) {
      return left === right ? byName(a, b) : left === null ? 1 : -1;
    }
    return (bestFirst ? right - left : left - right) || byName(a, b);
  });
}

/** The order that the next press on a column's heading asks for: worst first, best first, then by name again. */
export function nextSort(column: string, sort: string | null): string | null {
  if (column === "name") return sort === null ? "-name" : null;
  if (sort === column) return `-${column}`;
  return sort === `-${column}` ? null : column;
}
