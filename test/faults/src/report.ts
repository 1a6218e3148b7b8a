import type { Result, Row } from "./row.ts";

export interface Outcome {
  readonly row: Row;
  /** Null: it could not be run here. */
  readonly result: Result | null;
  readonly why: string;
  readonly seconds: number;
}

export function verdictOf({ result }: Outcome): "holds" | "BROKEN" | "skipped" {
  if (result === null) return "skipped";
  return result.failures.length === 0 ? "holds" : "BROKEN";
}

/** A table in Markdown, and below it what a row has to say. */
export function report(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const { row, result } = outcome;
    const counts =
      result === null
        ? Array.from({ length: 8 }, () => "")
        : [
            result.sent,
            result.acknowledged,
            result.stored,
            result.rejected,
            result.logDuplicates,
            result.lost,
            result.ghosts,
            result.recoverySeconds === null ? "" : result.recoverySeconds.toFixed(1),
          ].map(String);
    return [row.id, row.fault, ...counts, verdictOf(outcome)];
  });
  const header = [
    "row",
    "fault",
    "sent",
    "acknowledged",
    "stored",
    "rejected",
    "duplicates in the log",
    "lost",
    "ghosts",
    "seconds to recover",
    "verdict",
  ];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = [line(header), line(header.map((_, n) => (n < 2 ? "---" : "---:"))), ...rows.map(line)];
  const remarks = outcomes.flatMap(({ row, result, why }) => [
    ...(result?.notes ?? []).map((note) => `${row.id}: ${note}`),
    ...(result?.failures ?? []).map((failure) => `${row.id} BROKEN: ${failure}`),
    ...(why === "" ? [] : [`${row.id} skipped: ${why}`]),
  ]);
  return [...table, "", ...remarks].join("\n");
}
