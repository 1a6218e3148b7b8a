import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Database } from "./database.ts";

describe("the database", () => {
  let dir: string;
  let database: Database;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "kota-duckdb-"));
    database = await Database.open(dir, async (writer) => {
      await writer.run("CREATE TABLE IF NOT EXISTS t (n INTEGER)");
    });
  });

  afterEach(async () => {
    await database.close(() => {});
    rmSync(dir, { recursive: true });
  });

  const count = async () => Number((await database.read("SELECT count(*) FROM t"))[0]?.[0]);
  const insert = (n: number) =>
    database.write(async (writer) => {
      await writer.run("INSERT INTO t VALUES ($1)", [n]);
    });

  it("writes while long queries keep all reading connections busy", async () => {
    const slow = "SELECT count(*) FROM range(400000000) AS r(x) WHERE x % 7 = 3";
    let reading = 2;
    const reads = [1, 2].map(() =>
      database.read(slow).then(() => {
        reading -= 1;
      }),
    );
    for (let n = 0; n < 5; n++) await insert(n);
    expect(reading).toBe(2);
    await Promise.all(reads);
    expect(await count()).toBe(5);
  });

  it("answers any number of queries at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => database.read("SELECT $n::INTEGER", { n })),
    );
    expect(answers.map((rows) => rows[0]?.[0])).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it("leaves nothing of a write that fails, and goes on", async () => {
    const failing = database.write(async (writer) => {
      await writer.run("INSERT INTO t VALUES (1)");
      await writer.run("INSERT INTO nowhere VALUES (1)");
    });
    await expect(failing).rejects.toMatchObject({ code: "internal" });
    await expect(database.read("SELECT nothing")).rejects.toMatchObject({ code: "internal" });
    await insert(2);
    expect(await count()).toBe(1);
  });

  it("finishes what was asked for before it closes", async () => {
    const writes = Array.from({ length: 5 }, (_, n) => insert(n));
    const reads = Array.from({ length: 5 }, () => count());
    await database.close(() => {});
    await Promise.all([...writes, ...reads]);
    await expect(count()).rejects.toMatchObject({ code: "closed" });
  });
});
