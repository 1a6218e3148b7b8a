/**
 * How far the numbers of a table are checked. `verified`: the same in two independent sources, or the source was
 * read and run against another implementation. `secondary`: agreeing copies, the primary document was not read.
 * `single`: one source.
 */
export type Confidence = "verified" | "secondary" | "single";

/** Where the numbers of an index come from. Every result names `table` and `version`. */
export interface TableHead {
  readonly table: string;
  readonly version: string;
  readonly title: string;
  readonly sources: readonly string[];
  readonly confidence: Confidence;
  /** What is disputed, chosen or left out. */
  readonly notes: readonly string[];
}

/** A range of index values, both ends included, with its official name. */
export interface Category {
  readonly from: number;
  readonly name: string;
}

/** The name of the last category that begins at or below a value; categories ascend. */
export function categoryOf(categories: readonly Category[], value: number): string {
  let name = "";
  for (const category of categories) {
    if (value < category.from) break;
    name = category.name;
  }
  return name;
}
