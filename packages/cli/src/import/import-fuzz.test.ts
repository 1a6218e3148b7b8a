import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { CitySettings, KotaError, type Reading } from "@kota/model";
import fc from "fast-check";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createRowCheck } from "./check-row.ts";
import { importFile } from "./import-file.ts";
import { createMapping } from "./mapping.ts";
import { type Format, rowsOf } from "./rows.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const CITY = CitySettings.parse({ name: "Test", timeZone: "Asia/Jakarta" });
const ENDS_MS = 60_000;

let path: string;
beforeEach(async () => {
  const dir = await mkdtemp(join(tmpdir(), "kota-import-fuzz-"));
  path = join(dir, "data");
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
});

/** Every row of the file is a sound reading or has a reason, or the whole file is refused in words. */
async function expectSound(bytes: Uint8Array, format: Format): Promise<void> {
  await writeFile(path, bytes);
  const mapping = createMapping({ ignore: ["*"] });
  const readings: Reading[] = [];
  const bad: string[] = [];
  try {
    const counts = await importFile({
      rows: rowsOf(path, format, ",", mapping),
      check: createRowCheck(CITY, CITY.timeZone, mapping, NOW),
      deliver: null,
      progress: null,
      maxBytes: 100_000,
      onBad: (_, problem) => bad.push(problem),
      onReading: (reading) => readings.push(reading),
      onProgress: () => {},
    });
    expect(counts.rows).toBe(readings.length + bad.length);
  } catch (error) {
    if (!(error instanceof KotaError)) throw error;
    expect(error.code).toBe("bad_request");
    expect(error.message.length).toBeGreaterThan(10);
  }
  for (const { device, time, values } of readings) {
    expect(device).not.toBe("");
    expect(Number.isFinite(time)).toBe(true);
    for (const value of Object.values(values)) expect(Number.isFinite(value)).toBe(true);
  }
  for (const problem of bad) expect(problem).not.toBe("");
}

/** The file cut off, with bytes changed, put in and taken out. */
function damaged(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat(bytes.length - 1);
  return fc.oneof(
    place.map((end) => bytes.subarray(0, end)),
    fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 20 }).map((changes) => {
      const copy = Uint8Array.from(bytes);
      for (const [at, byte] of changes) copy[at] = byte;
      return copy;
    }),
    fc
      .tuple(place, fc.uint8Array({ maxLength: 50 }))
      .map(([at, more]) => Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)])),
    fc
      .tuple(place, fc.nat(50))
      .map(([at, count]) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + count)])),
  );
}

const ROWS = Array.from({ length: 20 }, (_, n) => ({
  device: `d-${n}`,
  time: new Date(Date.UTC(2020, 0, 1, n)).toISOString(),
  pm2_5: n / 4,
  note: n % 3 === 0 ? "" : 'he said "no", twice',
}));
const CSV = Buffer.from(
  `device,time,pm2_5,note\n${ROWS.map(({ device, time, pm2_5, note }) => `${device},${time},${pm2_5},"${note.replaceAll('"', '""')}"`).join("\n")}\n`,
);
const LINES = Buffer.from(ROWS.map((row) => JSON.stringify(row)).join("\n"));

async function parquet(): Promise<Uint8Array> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT 'd-' || i AS device, TIMESTAMP '2020-01-01' + i * INTERVAL 1 HOUR AS time, i / 4 AS pm2_5, repeat('x', i) AS note
       FROM range(100) t(i)) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  return readFile(path);
}

describe("an import of a file that is anything", () => {
  it.each<Format>(["csv", "jsonl", "parquet"])(
    "as %s ends with rows that are counted, or is refused",
    async (format) => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(fc.uint8Array({ maxLength: 2000 }), fc.string({ unit: "binary", maxLength: 2000 })),
          (any) => expectSound(typeof any === "string" ? Buffer.from(any) : any, format),
        ),
        { numRuns: format === "parquet" ? 10 : 150 },
      );
    },
    ENDS_MS,
  );

  it.each<[Format, () => Promise<Uint8Array> | Uint8Array, number]>([
    ["csv", () => CSV, 100],
    ["jsonl", () => LINES, 100],
    ["parquet", parquet, 40],
  ])(
    "a damaged %s ends with rows that are counted, or is refused",
    async (format, whole, numRuns) => {
      await fc.assert(
        fc.asyncProperty(damaged(await whole()), (bytes) => expectSound(bytes, format)),
        { numRuns },
      );
    },
    ENDS_MS,
  );

  it("of values that no sensor measures ends with a reason for each row", async () => {
    const values = [
      "NaN",
      "Infinity",
      "1e999",
      "-0",
      "0x10",
      "1_000",
      "١٢",
      "9".repeat(400),
      "",
      " ",
      "null",
    ];
    const csv = values.map((value, n) => `d,${Date.UTC(2020, 0, 1, n)},"${value}"`).join("\n");
    await expectSound(Buffer.from(`device,time,pm2_5\n${csv}`), "csv");
    await expectSound(
      Buffer.from(values.map((pm2_5) => JSON.stringify({ device: "d", time: NOW, pm2_5 })).join("\n")),
      "jsonl",
    );
  });
});
