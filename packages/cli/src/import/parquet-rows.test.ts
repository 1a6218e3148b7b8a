import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { CitySettings, type Reading } from "@kota/model";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Batch } from "./batches.ts";
import { createRowCheck } from "./check-row.ts";
import { type Counts, importFile } from "./import-file.ts";
import { createMapping, type MappingOptions } from "./mapping.ts";
import { openProgressFile } from "./progress-file.ts";
import { rowsOf } from "./rows.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const CITY = CitySettings.parse({ name: "Test", timeZone: "Asia/Jakarta" });

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "kota-parquet-"));
  path = join(dir, "data.parquet");
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
});

async function write(select: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

interface Run {
  readonly mapping?: MappingOptions;
  readonly deliver?: (batch: Batch) => Promise<void>;
}

async function run({ mapping: options = {}, deliver = async () => {} }: Run = {}): Promise<{
  readonly counts: Counts;
  readonly bad: string[];
  readonly readings: Pick<Reading, "device" | "time" | "values">[];
}> {
  const mapping = createMapping(options);
  const bad: string[] = [];
  const readings: Pick<Reading, "device" | "time" | "values">[] = [];
  const counts = await importFile({
    rows: rowsOf(path, "parquet", ",", mapping),
    check: createRowCheck(CITY, CITY.timeZone, mapping, NOW),
    deliver,
    progress: openProgressFile(dir, path, options),
    maxBytes: 100_000,
    onBad: (line, problem) => bad.push(`${line}: ${problem}`),
    onReading: ({ device, time, values }) => readings.push({ device, time, values }),
    onProgress: () => {},
  });
  return { counts, bad, readings };
}

const AT = Date.UTC(2020, 0, 1);

describe("an import of Parquet", () => {
  it("takes moments as they are, times of a clock in the city's zone, decimals and single precision as written", async () => {
    await write(`SELECT * FROM (VALUES
      ('a', TIMESTAMPTZ '2020-01-01 00:00:00+00', 9.1::FLOAT, 4.50::DECIMAL(5,2)),
      ('b', TIMESTAMPTZ '2020-01-01 07:00:00+07', NULL, 5)) t(device, time, pm2_5, pm10)`);
    expect(await run()).toMatchObject({
      bad: [],
      readings: [
        { device: "a", time: AT, values: { pm2_5: 9.1, pm10: 4.5 } },
        { device: "b", time: AT, values: { pm10: 5 } },
      ],
    });
    await write("SELECT 7 AS device, TIMESTAMP '2020-01-01 07:00:00' AS time, 21::SMALLINT AS temperature");
    expect((await run()).readings).toEqual([{ device: "7", time: AT, values: { temperature: 21 } }]);
  });

  it("takes the same options as other files", async () => {
    await write(
      `SELECT 1577836800.5::DOUBLE AS at, 'PM 2.5' AS what, 7::BIGINT AS n, 'ug/m3' AS unit, [1] AS raw`,
    );
    const mapping = { deviceId: "a", time: "at", metric: "what", value: "n", unixSeconds: true };
    const { readings, bad } = await run({ mapping: { ...mapping, map: ["PM 2.5=pm2_5"] } });
    expect(bad).toEqual([]);
    expect(readings).toEqual([{ device: "a", time: AT + 500, values: { pm2_5: 7 } }]);
    await write(
      "SELECT 'a' AS device, TIMESTAMPTZ '2020-01-01 00:00:00+00' AS time, 7 AS dust, {a: 1} AS raw",
    );
    expect(
      (await run({ mapping: { map: ["dust=pm10"], ignore: ["*"], unixSeconds: true } })).readings,
    ).toEqual([{ device: "a", time: AT, values: { pm10: 7 } }]);
  });

  it("reports every bad row by its number, and takes the others", async () => {
    await write(`SELECT * FROM (VALUES
      ('a', '2020-01-01T00:00:00Z', 1.0::DOUBLE), ('a', 'yesterday', 1), (NULL, '2020-01-01T00:00:00Z', 1),
      ('a', NULL, 1), ('a', '2020-01-01T00:00:00Z', 'nan'), ('a', '2020-01-01T00:00:00Z', NULL),
      ('a', '2020-01-01T00:00:00Z', -1), ('a', '2020-01-01T00:00:01Z', 2)) t(device, time, pm2_5)`);
    const { counts, bad } = await run();
    expect(counts).toMatchObject({ rows: 8, readings: 2, bad: 6 });
    expect(bad).toEqual([
      expect.stringMatching(/^2: time_invalid: .*yesterday/),
      expect.stringMatching(/^3: there is no device/),
      expect.stringMatching(/^4: there is no time/),
      expect.stringMatching(/^5: not_a_number: .*NaN/),
      expect.stringMatching(/^6: no_values/),
      expect.stringMatching(/^7: value_out_of_range/),
    ]);
  });

  it.each([
    ["DATE '2020-01-01' AS time, 1 AS pm10", /'time' holds DATE, expected a timestamp.* A day is no moment/],
    ["TIME '07:00:00' AS time, 1 AS pm10", /'time' holds TIME, expected a timestamp/],
    ["true AS time, 1 AS pm10", /'time' holds BOOLEAN/],
    ["1 AS time, [1, 2] AS pm10", /'pm10' holds INTEGER\[\], expected a number\. Take its members apart/],
    ["1 AS time, {a: 1} AS pm10", /'pm10' holds STRUCT\(.*\), expected a number\. .*--ignore pm10/],
    ["1 AS time, true AS pm10", /'pm10' holds BOOLEAN, expected a number\. Make numbers of it/],
    ["1 AS time, 1 AS pm25", /'pm25'.*--map pm25=/],
  ])("ends before any row at %s", async (columns, message) => {
    await write(`SELECT 'a' AS device, ${columns}`);
    await expect(run()).rejects.toMatchObject({
      code: "bad_request",
      message: expect.stringMatching(message),
    });
  });

  it("goes on where it broke off", async () => {
    await write(`SELECT 'a' AS device, ${AT} + n AS time, (n % 100)::DOUBLE AS pm2_5 FROM range(25000) t(n)`);
    let delivered = 0;
    const breaking = async (batch: Batch) => {
      if (delivered + batch.readings > 12_000) throw new Error("The log is away.");
      delivered += batch.readings;
    };
    await expect(run({ deliver: breaking })).rejects.toThrow("The log is away.");
    const { counts, readings } = await run();
    expect(counts).toEqual({ rows: 25_000, readings: 25_000, bad: 0, resumed: 10_000 });
    expect(readings.map(({ time }) => time - AT)).toEqual(
      Array.from({ length: 15_000 }, (_, n) => n + 10_000),
    );
  });
});
