import { parquetWriteBuffer } from "hyparquet-writer";
import type { WrittenLine } from "./course.ts";

/** What a chart shows, as Parquet: the columns of its CSV, times as timestamps. A gap has no row. */
export function parquetOf(lines: readonly WrittenLine[]): ArrayBuffer {
  const rows = lines.flatMap(({ name, unit, when, course, shiftMs }) =>
    course.points.map((point) => ({ ...point, name, unit, when, time: new Date(point.time + shiftMs) })),
  );
  return parquetWriteBuffer({
    columnData: [
      { name: "time", data: rows.map(({ time }) => time), type: "TIMESTAMP", nullable: false },
      { name: "series", data: rows.map(({ name }) => name), type: "STRING", nullable: false },
      { name: "unit", data: rows.map(({ unit }) => unit), type: "STRING", nullable: true },
      { name: "of", data: rows.map(({ when }) => when), type: "STRING", nullable: false },
      ...(["mean", "min", "max", "last"] as const).map((name) => ({
        name,
        data: rows.map((row) => row[name]),
        type: "DOUBLE" as const,
        nullable: false,
      })),
      { name: "readings", data: rows.map(({ count }) => count), type: "INT32", nullable: true },
      { name: "devices", data: rows.map(({ devices }) => devices), type: "INT32", nullable: true },
    ],
  });
}
