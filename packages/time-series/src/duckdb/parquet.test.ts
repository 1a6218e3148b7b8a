import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openParquet, type ParquetCell } from "./parquet.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "kota-parquet-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function written(name: string, select: string): Promise<string> {
  const path = join(dir, name);
  await mkdir(dirname(path), { recursive: true });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`);
  connection.closeSync();
  instance.closeSync();
  return path;
}

async function read(path: string, names?: readonly string[]): Promise<(readonly ParquetCell[])[]> {
  const file = await openParquet(path);
  try {
    const rows: (readonly ParquetCell[])[] = [];
    for await (const some of file.rows(names ?? file.columns.map(({ name }) => name))) rows.push(...some);
    return rows;
  } finally {
    file.close();
  }
}

describe("a Parquet file", () => {
  it.each<[string, string, string, ParquetCell]>([
    ["a whole number", "2::INTEGER", "number", 2],
    [
      "a whole number longer than a double is exact",
      "9007199254740993::BIGINT",
      "number",
      "9007199254740993",
    ],
    ["single precision", "9.1::FLOAT", "number", "9.1"],
    ["double precision", "1e300::DOUBLE", "number", 1e300],
    ["not a number", "'nan'::DOUBLE", "number", "NaN"],
    ["infinity", "'-inf'::FLOAT", "number", "-inf"],
    ["a decimal", "12.30::DECIMAL(10,2)", "number", "12.30"],
    ["nothing", "NULL::DOUBLE", "number", null],
    ["text", "'a''b'", "text", "a'b"],
    ["text that is not marked as such", "'ab'::BLOB", "text", "ab"],
    [
      "a UUID",
      "'08d3e7dc-7d9a-4983-a9a6-bb9b01bc30c0'::UUID",
      "text",
      "08d3e7dc-7d9a-4983-a9a6-bb9b01bc30c0",
    ],
    ["a moment", "TIMESTAMPTZ '2026-11-24 01:02:03.456789+07:00'", "moment", "2026-11-23T18:02:03.456Z"],
    ["no moment", "NULL::TIMESTAMPTZ", "moment", null],
    ["a time of a clock", "TIMESTAMP '2026-11-24 01:02:03.456789'", "wall-time", "2026-11-24T01:02:03.456"],
    ["one in nanoseconds", "TIMESTAMP_NS '2026-11-24 01:02:03.456'", "wall-time", "2026-11-24T01:02:03.456"],
    ["one in milliseconds", "TIMESTAMP_MS '2026-11-24 01:02:03'", "wall-time", "2026-11-24T01:02:03.000"],
    ["true", "true", "boolean", true],
  ])("gives %s", async (_, sql, kind, cell) => {
    const path = await written("one.parquet", `SELECT ${sql} AS x`);
    const file = await openParquet(path);
    expect(file.columns).toMatchObject([{ name: "x", kind }]);
    file.close();
    expect(await read(path)).toEqual([[cell]]);
  });

  it.each(["DATE '2026-11-24'", "TIME '01:02:03'", "INTERVAL 1 DAY", "[1, 2]", "{a: 1}", "MAP {'a': 1}"])(
    "names %s, and refuses to read it",
    async (sql) => {
      const path = await written("other.parquet", `SELECT ${sql} AS "an ""x""", 1 AS y`);
      const file = await openParquet(path);
      expect(file.columns.map(({ kind }) => kind)).toEqual(["other", "number"]);
      await expect(file.rows(['an "x"']).next()).rejects.toMatchObject({ code: "bad_request" });
      expect((await file.rows(["y"]).next()).value).toEqual([[1]]);
      file.close();
    },
  );

  it("gives its rows in order, over many row groups", async () => {
    const path = await written("long.parquet", "SELECT n::INTEGER AS n FROM range(20000) t(n)");
    const rows = await read(path);
    expect(rows.map(([n]) => n)).toEqual(Array.from({ length: 20_000 }, (_, n) => n));
  });

  it("may have a name that looks like a pattern, in a folder that looks like a partition", async () => {
    const path = await written("year=2026/a[1]*?.parquet", "SELECT 1 AS x");
    const file = await openParquet(path);
    expect(file.columns.map(({ name }) => name)).toEqual(["x"]);
    file.close();
    expect(await read(path)).toEqual([[1]]);
  });

  it("that is none or is not there is refused by name", async () => {
    const none = join(dir, "none.parquet");
    await writeFile(none, "device,time\n");
    for (const path of [none, join(dir, "missing.parquet")]) {
      await expect(openParquet(path)).rejects.toMatchObject({
        code: "bad_request",
        message: expect.stringContaining(path),
      });
    }
  });
});
