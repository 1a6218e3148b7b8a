import { KotaError } from "@kota/model";
import type { ParquetColumn, ParquetKind } from "@kota/time-series";
import type { Mapping, Role, Row } from "./mapping.ts";

/** The rows of a Parquet file that have a use, in order. @throws KotaError `bad_request` for columns that cannot be used. */
export async function* parquetRows(
  path: string,
  mapping: Mapping,
): AsyncGenerator<{ readonly line: number; readonly row: Row }> {
  const { openParquet } = await import("@kota/time-series");
  const file = await openParquet(path);
  try {
    const names = file.columns.map(({ name }) => name);
    mapping.checkColumns(names);
    const roles = mapping.rolesOf(names);
    for (const column of file.columns) checkColumn(path, column, roles.get(column.name));
    const used = names.filter((name) => roles.has(name));
    let line = 0;
    for await (const rows of file.rows(used)) {
      for (const cells of rows) {
        const row: Record<string, unknown> = Object.create(null);
        used.forEach((name, index) => {
          row[name] = cells[index];
        });
        yield { line: ++line, row };
      }
    }
  } finally {
    file.close();
  }
}

const KINDS: Readonly<Record<Role, readonly ParquetKind[]>> = {
  device: ["text", "number"],
  time: ["moment", "wall-time", "text", "number"],
  metric: ["text"],
  unit: ["text"],
  value: ["number", "text"],
};

const EXPECTED: Readonly<Record<Role, string>> = {
  device: "text or a number as the device's id",
  time: "a timestamp, text in ISO 8601, or Unix milliseconds",
  metric: "the metric's name as text",
  unit: "the unit as text",
  value: "a number",
};

function checkColumn(path: string, { name, type, kind }: ParquetColumn, role: Role | undefined): void {
  if (role === undefined || KINDS[role].includes(kind)) return;
  const hint =
    role === "time" && type === "DATE"
      ? "A day is no moment: say which one it stands for, with a column such as day + INTERVAL 1 DAY as timestamp."
      : /^(?:STRUCT|MAP|UNION)\(|\]$/.test(type)
        ? `Take its members apart into columns of their own${role === "value" ? `, or leave it with --ignore ${name}` : ""}.`
        : role === "value"
          ? `Make numbers of it, or leave it with --ignore ${name}.`
          : "Make another column of it first.";
  throw new KotaError(
    "bad_request",
    `${path}: the column '${name}' holds ${type.slice(0, 60)}, expected ${EXPECTED[role]}. ${hint}`,
  );
}
