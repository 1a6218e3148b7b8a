import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Reading, Rejection, Score } from "@kota/model";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { timeSeriesContract } from "../contract.ts";
import type { ScoreId } from "../port.ts";
import { openDuckDbStore } from "./duckdb-store.ts";

const NOON = Date.UTC(2026, 5, 1, 12);

timeSeriesContract("DuckDB", async () => {
  const dir = mkdtempSync(join(tmpdir(), "kota-duckdb-"));
  return {
    store: await openDuckDbStore({ dir }),
    reopen: () => openDuckDbStore({ dir }),
    remove: async () => rmSync(dir, { recursive: true }),
  };
});

describe("the DuckDB store", () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "kota-duckdb-"));
  });

  afterEach(() => rmSync(dir, { recursive: true }));

  it("refuses a folder that is open in the same process", async () => {
    const store = await openDuckDbStore({ dir });
    await expect(openDuckDbStore({ dir: join(dir, ".", "") })).rejects.toMatchObject({ code: "data_locked" });
    await store.close();
    await (await openDuckDbStore({ dir })).close();
  });

  it("refuses a file that is no database, and says which", async () => {
    const path = join(dir, "time-series.duckdb");
    writeFileSync(path, "these are not the bytes that you are looking for, ".repeat(400));
    const opening = openDuckDbStore({ dir });
    await expect(opening).rejects.toMatchObject({ code: "store_refused" });
    await expect(opening).rejects.toThrow(path);
  });

  it("refuses a file that a newer kota has written", async () => {
    await (await openDuckDbStore({ dir })).close();
    await inFile("UPDATE schema_version SET version = 99");
    await expect(openDuckDbStore({ dir })).rejects.toThrow(/newer kota/);
    await inFile("UPDATE schema_version SET version = 1");
    await (await openDuckDbStore({ dir })).close();
  });

  it("shows readings, provenance, scores and rejections to a person in views", async () => {
    const store = await openDuckDbStore({ dir });
    await store.writeReadings([reading("bin-1", NOON, { fill_level: 41, odd: 2 })]);
    await store.writeRejections([rejection("r", "aGk=")]);
    await store.close();
    expect(await inFile("SELECT * FROM readings_long ORDER BY metric")).toEqual([
      ["2026-06-01 12:00:00", "bin-1", "fill_level", "41", "%"],
      ["2026-06-01 12:00:00", "bin-1", "odd", "2", "null"],
    ]);
    expect(await inFile("SELECT * FROM readings_provenance")).toEqual([
      ["2026-06-01 12:00:00", "bin-1", "test@1", "2026-06-01 12:00:01"],
    ]);
    expect(await inFile("SELECT time, id, code, decode(payload) FROM rejections_long")).toEqual([
      ["2026-06-01 12:00:00", "r", "not_json", "hi"],
    ]);
    expect(await inFile("SELECT * FROM scores_long")).toEqual([]);
  });

  it("knows a name again whose first write failed", async () => {
    const id = { area: "city", dimension: null, aspect: null, indicator: null };
    let store = await openDuckDbStore({ dir });
    await expect(store.writeScores([score(id, 1e20)])).rejects.toMatchObject({ code: "internal" });
    await store.writeScores([score({ ...id, area: "port" }, NOON)]);
    await store.writeScores([score(id, NOON)]);
    await store.close();
    store = await openDuckDbStore({ dir });
    for (const area of ["city", "port"]) {
      const query = { ...id, area, from: NOON, to: NOON + 1, stepMs: null, limit: 9 };
      expect(await store.scoreHistory(query)).toHaveLength(1);
    }
    await store.close();
  });

  it("stores one row for readings that come again, and the last value of those that differ", async () => {
    const store = await openDuckDbStore({ dir });
    for (const pm10 of [1, 1, 2]) {
      await store.writeReadings([0, 0, 1].map((second) => reading("a", NOON + second * 1000, { pm10 })));
    }
    await store.close();
    expect(await inFile("SELECT count(*) FROM readings")).toEqual([["2"]]);
    expect(await inFile("SELECT value FROM measurements ORDER BY time")).toEqual([["2"], ["2"]]);
  });

  it("has each reading once and its last value, whether it was newer than all or not, over restarts too", async () => {
    const written = fc.record({
      device: fc.constantFrom("a", "b"),
      offset: fc.integer({ min: 0, max: 12 }),
      metric: fc.constantFrom("pm10", "no2"),
      value: fc.integer({ min: 0, max: 9 }),
    });
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.array(written, { minLength: 1, maxLength: 6 }) },
      { weight: 1, arbitrary: fc.constantFrom("ask for the newest" as const, "restart" as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
        const folder = mkdtempSync(join(dir, "any-"));
        let store = await openDuckDbStore({ dir: folder });
        const expected = new Map<string, number>();
        const identities = new Set<string>();
        for (const each of steps) {
          if (each === "restart") {
            await store.close();
            store = await openDuckDbStore({ dir: folder });
          } else if (each === "ask for the newest") await store.latest();
          else {
            await store.writeReadings(
              each.map(({ device, offset, metric, value }) =>
                reading(device, NOON + offset, { [metric]: value }),
              ),
            );
            for (const { device, offset, metric, value } of each) {
              identities.add(`${device} ${offset}`);
              expected.set(`${device} ${metric} ${offset}`, value);
            }
          }
        }
        expect(await store.countReadings()).toBe(identities.size);
        const found = new Map<string, number>();
        for (const device of ["a", "b"])
          for (const metric of ["pm10", "no2"]) {
            const points = await store.series({
              ...{ device, metric, from: NOON, to: NOON + 100 },
              ...{ stepMs: null, limit: 1000 },
            });
            for (const { time, mean, count } of points) {
              expect(count).toBe(1);
              expect(found.has(`${device} ${metric} ${time - NOON}`)).toBe(false);
              found.set(`${device} ${metric} ${time - NOON}`, mean);
            }
          }
        expect(found).toEqual(expected);
        await store.close();
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it("folds its write-ahead log into the file before it grows large, while it is read from all the time", async () => {
    const store = await openDuckDbStore({ dir });
    const log = join(dir, "time-series.duckdb.wal");
    const payload = "0123456789abcdef".repeat(4096);
    let largest = 0;
    let writing = true;
    const reads = [1, 2].map(async () => {
      while (writing) await store.rejections({ limit: 50 });
    });
    for (let i = 0; i < 24; i++) {
      await store.writeRejections(
        Array.from({ length: 50 }, (_, n) => rejection(`${i}-${n}`, payload, NOON + i * 1000)),
      );
      largest = Math.max(largest, statSync(log, { throwIfNoEntry: false })?.size ?? 0);
    }
    writing = false;
    await Promise.all(reads);
    await store.close();
    expect(largest).toBeGreaterThan(8e6);
    expect(largest).toBeLessThan(40e6);
  }, 60_000);

  async function inFile(sql: string): Promise<string[][]> {
    const instance = await DuckDBInstance.create(join(dir, "time-series.duckdb"));
    const connection = await instance.connect();
    const rows = (await connection.runAndReadAll(sql)).getRows();
    connection.closeSync();
    instance.closeSync();
    return rows.map((row) => row.map(String));
  }
});

function reading(device: string, time: number, values: Record<string, number>): Reading {
  return { device, time, values, adapter: "test@1", receivedAt: time + 1000 };
}

function rejection(id: string, payload: string, time = NOON): Rejection {
  return {
    ...{
      id,
      time,
      stage: "normalize",
      code: "not_json",
      reason: "Expected JSON.",
      topic: "t",
      source: "mqtt",
    },
    ...{ payload, size: payload.length, adapter: null, device: null },
  };
}

function score(id: ScoreId, at: number): Score {
  return {
    ...id,
    ...{
      title: "A score",
      score: 50,
      status: "ok",
      coverage: 1,
      at,
      value: null,
      unit: null,
      explanation: "",
    },
    ...{ parts: [], sources: [], devices: 0, readings: 0, model: { version: "1", hash: "0" } },
  };
}
