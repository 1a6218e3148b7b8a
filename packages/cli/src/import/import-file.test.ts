import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EventLog, MESSAGES, openEmbeddedLog, readTopic, TOPICS } from "@kota/event-log";
import { CitySettings, IMPORT_SOURCE, type Message } from "@kota/model";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Batch } from "./batches.ts";
import { createRowCheck } from "./check-row.ts";
import { type Counts, importFile } from "./import-file.ts";
import { createMapping, type MappingOptions } from "./mapping.ts";
import { openProgressFile } from "./progress-file.ts";
import { type Format, rowsOf } from "./rows.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const CITY = CitySettings.parse({ name: "Test", timeZone: "Asia/Jakarta" });

let dir: string;
let log: EventLog;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "kota-import-"));
  log = await openEmbeddedLog({ dir: join(dir, "log") });
  await log.ensureTopics(TOPICS);
  onTestFinished(async () => {
    await log.close();
    await rm(dir, { recursive: true, force: true });
  });
});

interface Run {
  readonly format?: Format;
  readonly mapping?: MappingOptions;
  readonly dryRun?: boolean;
  readonly deliver?: (batch: Batch) => Promise<void>;
  readonly maxBytes?: number;
}

async function run(text: string | undefined, options: Run = {}): Promise<{ counts: Counts; bad: string[] }> {
  const file = join(dir, "data");
  if (text !== undefined) await writeFile(file, text);
  const mapping = createMapping(options.mapping ?? {});
  const bad: string[] = [];
  const toLog = ({ device, payload }: Batch) =>
    log.append(MESSAGES, [{ topic: `kota/v1/${device}`, payload, receivedAt: NOW, source: IMPORT_SOURCE }]);
  const counts = await importFile({
    rows: rowsOf(file, options.format ?? "csv", ",", mapping),
    check: createRowCheck(CITY, CITY.timeZone, mapping, NOW),
    deliver: options.dryRun ? null : (options.deliver ?? toLog),
    progress: options.dryRun ? null : openProgressFile(dir, file, options.mapping),
    maxBytes: options.maxBytes ?? 100_000,
    onBad: (line, problem) => bad.push(`${line}: ${problem}`),
    onReading: () => {},
    onProgress: () => {},
  });
  return { counts, bad };
}

async function messages(): Promise<Message[]> {
  const found: Message[] = [];
  await readTopic(log, MESSAGES, (values) => void found.push(...values));
  return found.sort((a, b) => (a.topic < b.topic ? -1 : 1));
}

const bodies = (list: readonly Message[]) =>
  list.flatMap(({ payload }) => JSON.parse(Buffer.from(payload).toString("utf8")) as { time: number }[]);

describe("an import", () => {
  it("makes messages of kota JSON by device from CSV, with times in the city's zone", async () => {
    const csv = [
      "device,time,pm2_5,pm10",
      "a,2020-01-01T07:00:00,7,9.5",
      "b,2020-01-01T00:00:00Z,,3",
      'a,"2020-01-01T08:00:00",8,',
    ].join("\r\n");
    const { counts, bad } = await run(`\uFEFF${csv}`);
    expect(bad).toEqual([]);
    expect(counts).toEqual({ rows: 3, readings: 3, bad: 0, resumed: 0 });
    const found = await messages();
    expect(found.map(({ topic, source }) => [topic, source])).toEqual([
      ["kota/v1/a", "import"],
      ["kota/v1/b", "import"],
    ]);
    const at = Date.UTC(2020, 0, 1);
    expect(bodies(found)).toEqual([
      { time: at, values: { pm2_5: 7, pm10: 9.5 } },
      { time: at + 3_600_000, values: { pm2_5: 8 } },
      { time: at, values: { pm10: 3 } },
    ]);
  });

  it("reports every bad row with its line and reason, and takes the others", async () => {
    const csv = [
      "device,time,pm2_5",
      "a,2026-01-01T00:00:00Z,1",
      "a,2026-01-01T00:00:00Z,-1",
      "a,yesterday,1",
      "a,2026-01-01T00:00:00Z",
      "",
      'a,2026-01-01T00:00:00Z,"1,5"',
      "a,2099-01-01T00:00:00Z,1",
      "two words,2026-01-01T00:00:00Z,1",
      "a,2026-01-01T00:01:00Z,2",
    ].join("\n");
    const { counts, bad } = await run(csv);
    expect(counts).toMatchObject({ rows: 8, readings: 2, bad: 6 });
    expect(bad).toEqual([
      expect.stringMatching(/^3: value_out_of_range: .*pm2_5 is -1/),
      expect.stringMatching(/^4: time_invalid: .*yesterday/),
      expect.stringMatching(/^5: expected 3 cells as in the header, came 2/),
      expect.stringMatching(/^7: not_a_number: .*1,5/),
      expect.stringMatching(/^8: time_in_future/),
      expect.stringMatching(/^9: unknown_device/),
    ]);
    expect(bodies(await messages())).toHaveLength(2);
  });

  it("reads JSON lines, flat, long and as kota JSON", async () => {
    const lines = [
      '{"device":"a","time":1577836800000,"temperature":-2}',
      '{"device":"a","time":1577836801000,"metric":"humidity","value":40}',
      '{"device":"a","time":1577836802000,"values":{"pm10":4}}',
      "nope",
      "[1]",
      '{"device":"a","time":1577836803000,"values":{"pm3":4}}',
    ].join("\n");
    const { counts, bad } = await run(lines, { format: "jsonl" });
    expect(counts).toMatchObject({ rows: 6, readings: 3, bad: 3 });
    expect(bad.map((text) => text.slice(0, 20))).toEqual([
      expect.stringMatching(/^4: no JSON/),
      expect.stringMatching(/^5: expected a JSON/),
      expect.stringMatching(/^6: unknown_metric/),
    ]);
  });

  it("changes nothing in a dry run, and leaves no progress behind", async () => {
    const csv = "device,time,pm2_5\na,2026-01-01T00:00:00Z,1\na,2026-01-01T00:00:00Z,-1\n";
    expect((await run(csv, { dryRun: true })).counts).toMatchObject({ readings: 1, bad: 1 });
    expect(await messages()).toEqual([]);
    expect((await run(undefined)).counts.resumed).toBe(0);
  });

  it("keeps messages small, and loses no row between them", async () => {
    const rows = Array.from({ length: 3_000 }, (_, n) => `d${n % 3},${1577836800000 + n},${n % 100}`);
    await run(["device,time,pm2_5", ...rows].join("\n"), { maxBytes: 2_000 });
    const found = await messages();
    expect(Math.max(...found.map(({ payload }) => payload.length))).toBeLessThanOrEqual(2_000);
    expect(new Set(bodies(found).map(({ time }) => time)).size).toBe(3_000);
  });

  it("goes on where it broke off, with the same file only", async () => {
    const rows = Array.from({ length: 25_000 }, (_, n) => `a,${1577836800000 + n},${n % 100}`);
    const csv = ["device,time,pm2_5", ...rows].join("\n");
    let delivered = 0;
    const breaking = async (batch: Batch) => {
      if (delivered + batch.readings > 12_000) throw new Error("The log is away.");
      delivered += batch.readings;
    };
    await expect(run(csv, { deliver: breaking })).rejects.toThrow("The log is away.");
    const { counts } = await run(undefined);
    expect(counts).toEqual({ rows: 25_000, readings: 25_000, bad: 0, resumed: 10_000 });
    expect(bodies(await messages())).toHaveLength(15_000);
    // Whole now: once more is from the beginning.
    expect((await run(undefined, { deliver: async () => {} })).counts.resumed).toBe(0);

    await expect(run(undefined, { deliver: breaking })).rejects.toThrow("The log is away.");
    await utimes(join(dir, "data"), 1, 1);
    expect((await run(undefined, { deliver: async () => {} })).counts.resumed).toBe(0);
  });

  it("ends at a table whose columns it does not understand, before any row", async () => {
    await expect(run("device,time,pm25\na,1,1\n")).rejects.toMatchObject({
      code: "bad_request",
      message: expect.stringContaining("--map pm25="),
    });
    await expect(run("")).rejects.toMatchObject({ message: expect.stringContaining("is empty") });
  });
});
