import { messageOf } from "@kota/model";
import { CsvError, parse } from "csv-parse/sync";
import type { ReportProblem } from "./parse-report.ts";

/** The columns of a table of reports; `date`, `evidence` and `note` may be left out or empty. */
export const REPORT_COLUMNS = [
  "indicator",
  "area",
  "value",
  "unit",
  "period",
  "author",
  "date",
  "evidence",
  "quality",
  "source",
  "note",
] as const;

const OPTIONAL: ReadonlySet<string> = new Set(["date", "evidence", "note"]);

export interface CsvRow {
  /** Of the file, from 1. */
  readonly line: number;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** The rows of a table with a header line, as JSON would have them. A line that begins with '#' is a comment. */
export function parseReportsCsv(
  text: string,
):
  | { readonly ok: true; readonly rows: readonly CsvRow[] }
  | { readonly ok: false; readonly problems: readonly (ReportProblem & { readonly line: number })[] } {
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parse(text, {
      columns: true,
      info: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      comment: "#",
      comment_no_infix: true,
    }) as never;
  } catch (error) {
    const line = error instanceof CsvError && typeof error.lines === "number" ? error.lines : 1;
    return { ok: false, problems: [{ line, path: "", message: messageOf(error) }] };
  }
  const columns = Object.keys(rows[0]?.record ?? {});
  const known: readonly string[] = REPORT_COLUMNS;
  const missing = known.filter((column) => !columns.includes(column) && !OPTIONAL.has(column));
  const strange = columns.filter((column) => !known.includes(column));
  if (rows.length > 0 && missing.length + strange.length > 0) {
    const message = [
      missing.length > 0 ? `there is no column ${missing.join(", ")}` : "",
      strange.length > 0 ? `the column ${strange.join(", ")} is not known` : "",
      `the columns are ${known.join(", ")}`,
    ];
    return { ok: false, problems: [{ line: 1, path: "", message: message.filter(Boolean).join("; ") }] };
  }
  return { ok: true, rows: rows.map(({ record, info }) => ({ line: info.lines, raw: rawOf(record) })) };
}

function rawOf(record: Readonly<Record<string, string>>): Record<string, unknown> {
  const raw: Record<string, unknown> = {};
  for (const [column, cell] of Object.entries(record)) {
    if (cell !== "") raw[column] = column === "value" ? numberOr(cell) : cell;
  }
  return raw;
}

/** A text that is no number stays one, so that it is refused and not read as something else. */
function numberOr(cell: string): number | string {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : cell;
}
