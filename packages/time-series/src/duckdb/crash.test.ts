import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openDuckDbStore } from "./duckdb-store.ts";

const NOON = Date.UTC(2026, 5, 1, 12);
const PER_WRITE = 300;

/** Writes readings for ever and says after each write that resolved how many there are. */
const WRITER = `
import { openDuckDbStore } from "./duckdb-store.js";
const store = await openDuckDbStore({ dir: process.argv[2] });
for (let n = 0; ; n += ${PER_WRITE}) {
  await store.writeReadings(Array.from({ length: ${PER_WRITE} }, (_, i) => ({
    device: "d-" + ((n + i) % 50), time: ${NOON} + n + i, values: { pm10: n + i, no2: -(n + i) }, adapter: "a@1", receivedAt: 0,
  })));
  process.stdout.write("stored " + (n + ${PER_WRITE}) + "\\n");
}`;

/** Writes what cannot be compressed until the disk takes no more, then goes on reading. */
const FILLER = `
import { randomBytes } from "node:crypto";
import { openDuckDbStore } from "./duckdb-store.js";
const store = await openDuckDbStore({ dir: process.argv[2] });
let stored = 0;
for (let failed = null; failed === null; ) {
  const rejections = Array.from({ length: 50 }, (_, i) => ({
    id: "r-" + (stored + i), time: ${NOON}, stage: "normalize", code: "not_json", reason: "", topic: "", source: "mqtt",
    payload: randomBytes(48000).toString("base64"), size: 48000, adapter: null, device: null,
  }));
  try {
    await store.writeRejections(rejections);
    stored += 50;
  } catch (error) {
    failed = error.code;
    process.stdout.write("failed " + failed + "\\n");
  }
}
process.stdout.write("stored " + stored + "\\n");
process.stdout.write("readable " + (await store.countRejections()).get("not_json") + "\\n");
await store.close();`;

describe.skipIf(process.platform === "win32")("the DuckDB store in a process that dies", () => {
  // The bundle finds DuckDB from here.
  const scripts = fileURLToPath(new URL("../../node_modules/.crash-test/", import.meta.url));
  let dir: string;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    mkdirSync(scripts, { recursive: true });
    await build({
      configFile: false,
      logLevel: "error",
      resolve: { conditions: ["kota-source"] },
      ssr: {
        noExternal: [/^@kota\//],
        external: ["@duckdb/node-api"],
        resolve: { conditions: ["kota-source"] },
      },
      build: {
        ssr: fileURLToPath(new URL("./duckdb-store.ts", import.meta.url)),
        outDir: scripts,
        emptyOutDir: true,
        target: "node20",
        rollupOptions: { output: { format: "es", entryFileNames: "duckdb-store.js" } },
      },
    });
    writeFileSync(join(scripts, "package.json"), `{"type":"module"}`);
    writeFileSync(join(scripts, "writer.js"), WRITER);
    writeFileSync(join(scripts, "filler.js"), FILLER);
  });

  afterAll(() => rmSync(scripts, { recursive: true, force: true }));

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "kota-duckdb-"));
  });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    rmSync(dir, { recursive: true });
  });

  /** Runs a script until it has printed as many lines, or to its end. */
  async function run(script: string, lines: number, limitKiB?: number): Promise<[ChildProcess, string[]]> {
    const limit = limitKiB === undefined ? "" : `ulimit -f ${limitKiB};`;
    const command = `${limit} exec "$0" "$1" "$2"`;
    const child = spawn("bash", ["-c", command, process.execPath, join(scripts, script), dir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const printed: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      printed.push(line);
      if (printed.length === lines) break;
    }
    return [child, printed];
  }

  const numberIn = (line: string | undefined) => Number(/\d+/.exec(line ?? "")?.[0]);

  it.each([1, 7, 40])("has every reading of the %d writes that resolved before a kill -9", async (writes) => {
    const [child, printed] = await run("writer.js", writes);
    child.kill("SIGKILL");
    await once(child, "exit");
    const acknowledged = numberIn(printed.at(-1));
    expect(acknowledged).toBe(writes * PER_WRITE);

    const store = await openDuckDbStore({ dir });
    const count = await store.countReadings();
    expect(count).toBeGreaterThanOrEqual(acknowledged);
    // A write is there as a whole or not at all.
    expect(count % PER_WRITE).toBe(0);
    const of = { from: 0, to: NOON * 2, stepMs: null, limit: 1_000_000 };
    for (const [metric, sign] of [
      ["pm10", 1],
      ["no2", -1],
    ] as const) {
      const points = await store.series({ device: "d-7", metric, ...of });
      expect(points).toHaveLength(count / 50);
      for (const [i, point] of points.entries()) expect(point.last).toBe(sign * (i * 50 + 7));
    }
    await store.close();
  });

  it("keeps its folder to itself, says which process it is, and gives it free when killed", async () => {
    const [child] = await run("writer.js", 1);
    const opening = openDuckDbStore({ dir });
    await expect(opening).rejects.toMatchObject({ code: "data_locked" });
    await expect(opening).rejects.toThrow(`process ${child.pid}`);
    child.kill("SIGKILL");
    await once(child, "exit");
    await (await openDuckDbStore({ dir })).close();
  });

  it("can be read after a disk became full, and has all that was stored", async () => {
    // The limit on the size of a file lets the first checkpoint through and makes the second one fail.
    const [child, printed] = await run("filler.js", Number.POSITIVE_INFINITY, 45_000);
    if (child.exitCode === null) await once(child, "exit");
    expect(printed.map((line) => line.replace(/\d+/, "N"))).toEqual([
      "failed store_full",
      "stored N",
      "readable N",
    ]);
    const stored = numberIn(printed[1]);
    expect(stored).toBeGreaterThan(500);
    expect(numberIn(printed[2])).toBeGreaterThanOrEqual(stored);

    const store = await openDuckDbStore({ dir });
    expect((await store.countRejections()).get("not_json")).toBeGreaterThanOrEqual(stored);
    await store.close();
  });
});
