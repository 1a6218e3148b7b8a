import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { jsonLines } from "../codecs.ts";
import { eventLogContract } from "../contract.ts";
import type { Topic } from "../topic.ts";
import { openEmbeddedLog } from "./embedded-log.ts";

const dirs: string[] = [];
function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "kota-log-"));
  dirs.push(dir);
  return dir;
}
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

eventLogContract("LMDB", async () => {
  const dir = tempDir();
  return { open: () => openEmbeddedLog({ dir }) };
});

const HOUR = 3_600_000;
const topic: Topic<number> = {
  name: "numbers",
  codec: jsonLines(),
  keyOf: () => "same",
  partitions: 1,
  retentionMs: HOUR,
  cleanup: "delete",
};

/** A process of its own that has the log open, and `topic`. It runs what was built, as Node cannot run the sources. */
function run(dir: string, script: string, before = "") {
  const built = (file: string) => JSON.stringify(new URL(`../../dist/${file}`, import.meta.url).href);
  const whole = `
    const { openEmbeddedLog } = await import(${built("embedded/embedded-log.js")});
    const { jsonLines } = await import(${built("codecs.js")});
    const topic = { name: "numbers", codec: jsonLines(), keyOf: () => "same", partitions: 1, retentionMs: ${HOUR}, cleanup: "delete" };
    const log = await openEmbeddedLog({ dir: ${JSON.stringify(dir)} });
    await log.ensureTopics([topic]);
    ${script}`;
  return spawn("/bin/sh", ["-c", `${before}exec "$0" --input-type=module`, process.execPath], {
    stdio: ["pipe", "pipe", "ignore"],
  }).on("spawn", function (this: ChildProcess) {
    this.stdin?.end(whole);
  });
}

async function kept(dir: string, clock: () => number, of: Topic<number> = topic): Promise<number[]> {
  const log = await openEmbeddedLog({ dir, clock });
  await log.ensureTopics([of]);
  const values: number[] = [];
  const tail = await log.tail(of, { from: "start", onBatch: (batch) => void values.push(...batch.values) });
  await tail.caughtUp;
  await log.close();
  return values;
}

describe("the embedded log", () => {
  it("tells a second one in the same folder that it is taken, and how to go on", async () => {
    const dir = tempDir();
    const log = await openEmbeddedLog({ dir });
    await expect(openEmbeddedLog({ dir })).rejects.toMatchObject({
      code: "data_locked",
      message: /KOTA_DATA_DIR/,
    });
    await log.close();
    await (await openEmbeddedLog({ dir })).close();
  });

  it("passes on the very values to who reads along, decodes for who comes later, and says the same to both", async () => {
    let decoded = 0;
    const { encode, decode } = jsonLines<{ n: number }>();
    const counted: Topic<{ n: number }> = {
      ...topic,
      name: "counted",
      keyOf: () => "same",
      codec: {
        isFaithful: true,
        encode,
        decode(record) {
          const values = decode(record);
          decoded += values.length;
          return values;
        },
      },
    };
    const log = await openEmbeddedLog({ dir: tempDir() });
    await log.ensureTopics([counted]);
    const along: { n: number }[] = [];
    const offsets: number[] = [];
    await log.tail(counted, {
      from: "end",
      onBatch: ({ values, nextOffset }) => {
        along.push(...values);
        offsets.push(nextOffset);
      },
    });
    const sent = Array.from({ length: 20 }, (_, n) => ({ n }));
    await Promise.all(sent.map((value) => log.append(counted, [value])));
    await expect.poll(() => along.length).toBe(20);
    expect(along.every((value, n) => value === sent[n])).toBe(true);
    expect(offsets.at(-1)).toBe(20);
    expect(decoded).toBe(0);
    // Nobody needs them any more once the next value has come.
    await log.append(counted, [{ n: 20 }]);
    await expect.poll(() => along.length).toBe(21);
    const later: { n: number }[] = [];
    const tail = await log.tail(counted, {
      from: "start",
      onBatch: ({ values }) => void later.push(...values),
    });
    await tail.caughtUp;
    expect(later).toEqual(along);
    expect(decoded).toBeGreaterThanOrEqual(20);
    await log.close();
  });

  it("makes its topics with as many partitions as it is told, and keeps those of older ones", async () => {
    const dir = tempDir();
    const spread = { ...topic, name: "spread", partitions: 3 };
    const first = await openEmbeddedLog({ dir });
    await first.ensureTopics([spread]);
    await first.close();
    const again = await openEmbeddedLog({ dir, partitions: 1 });
    await again.ensureTopics([spread, { ...spread, name: "new" }]);
    expect(await again.lag(spread, "g")).toHaveLength(3);
    expect(await again.lag({ ...spread, name: "new" }, "g")).toHaveLength(1);
    await again.close();
  });

  it("has every value whose append resolved in a process that was killed right after", async () => {
    const dir = tempDir();
    const child = run(
      dir,
      `for (let n = 0; ; n++) {
        await log.append(topic, [n]);
        process.stdout.write(n + "\\n");
      }`,
    );
    let acknowledged = -1;
    for await (const chunk of child.stdout) {
      const lines = String(chunk).trim().split("\n");
      acknowledged = Number(lines.at(-1));
      if (acknowledged >= 200) break;
    }
    child.kill("SIGKILL");
    await once(child, "exit");
    const values = await kept(dir, Date.now);
    expect(values.slice(0, acknowledged + 1)).toEqual(Array.from({ length: acknowledged + 1 }, (_, n) => n));
  });

  it.skipIf(process.platform === "win32")(
    "refuses appends while its file cannot grow, and goes on when it can again",
    async () => {
      const dir = tempDir();
      // Half of a write succeeds, which LMDB takes for an error of the disk.
      const child = run(
        dir,
        `let n = 0;
        const large = { ...topic, codec: { ...topic.codec, encode: (values) => Buffer.concat([topic.codec.encode(values), Buffer.alloc(100_000, " ")]) } };
        const failure = await (async () => { for (;; n++) await log.append(large, [n]); })().catch((error) => error);
        const again = await log.append(large, [n]).catch((error) => error);
        await log.close();
        console.log(JSON.stringify({ n, codes: [failure.code, again.code] }));`,
        "ulimit -f 4000; ",
      );
      let output = "";
      for await (const chunk of child.stdout) output += String(chunk);
      const { n, codes } = JSON.parse(output);
      expect(codes).toEqual(["log_unavailable", "log_unavailable"]);
      expect(n).toBeGreaterThan(1);
      const log = await openEmbeddedLog({ dir });
      await log.append(topic, [n]);
      await log.close();
      expect(await kept(dir, Date.now)).toEqual(Array.from({ length: n + 1 }, (_, i) => i));
    },
  );

  it("keeps older values of a compacted topic for a group that has yet to consume them", async () => {
    const dir = tempDir();
    const compacted: Topic<number> = { ...topic, cleanup: "compact", keyOf: (n) => `k${n % 2}` };
    const log = await openEmbeddedLog({ dir });
    await log.ensureTopics([compacted]);
    let fail = true;
    const seen: number[] = [];
    const consumer = await log.consume(compacted, {
      group: "history",
      onBatch: async ({ values }) => {
        if (fail) throw new Error("not yet");
        seen.push(...values);
      },
    });
    for (let n = 0; n < 300; n++) await log.append(compacted, [n]);
    await log.ensureTopics([compacted]);
    fail = false;
    // Its pause is by now about as long as the appends took, which is up to the disk.
    await expect.poll(() => seen.length, { timeout: 15_000 }).toBe(300);
    await consumer.stop();
    await log.close();
    expect(await kept(dir, Date.now, compacted)).toEqual([298, 299]);
  });

  it("drops what is older than its topic keeps, but not before every group has consumed it", async () => {
    const dir = tempDir();
    let now = 1_000_000_000_000;
    const clock = () => now;
    const errors: unknown[] = [];
    const log = await openEmbeddedLog({ dir, clock, onError: (error) => errors.push(error) });
    await log.ensureTopics([topic]);
    await log.append(topic, [1]);
    now += 2 * HOUR;
    await log.append(topic, [2]);
    let fail = true;
    const consumer = await log.consume(topic, {
      group: "slow",
      onBatch: async () => {
        if (fail) throw new Error("not yet");
      },
    });
    await log.ensureTopics([topic]);
    expect(errors.map((error) => String(error)).join()).toMatch(/group slow has not consumed/);
    fail = false;
    await expect.poll(async () => (await log.lag(topic, "slow"))[0]?.committed).toBe(2);
    await consumer.stop();
    await log.close();
    expect(await kept(dir, clock)).toEqual([2]);
  });

  it("forgets old keys of a topic that is compacted and deleted, and counts its offsets on", async () => {
    const dir = tempDir();
    let now = 1_000_000_000_000;
    const clock = () => now;
    const both: Topic<number> = { ...topic, cleanup: "compact-and-delete", keyOf: (n) => `k${n % 3}` };
    const log = await openEmbeddedLog({ dir, clock });
    await log.ensureTopics([both]);
    await log.append(both, [0, 1, 2]);
    await log.append(both, [3]);
    now += 2 * HOUR;
    await log.append(both, [4]);
    const [before] = await log.lag(both, "none");
    await log.close();
    expect(await kept(dir, clock, both)).toEqual([4]);
    const again = await openEmbeddedLog({ dir, clock });
    await again.ensureTopics([both]);
    expect((await again.lag(both, "none"))[0]?.end).toBe(before?.end);
    await again.close();
  });
});
