import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { jsonLines } from "../codecs.ts";
import type { Topic } from "../topic.ts";
import { openEmbeddedLog } from "./embedded-log.ts";

const plain: Topic<string> = {
  name: "texts",
  ...{ codec: jsonLines(), keyOf: () => "", partitions: 1, retentionMs: 1e13, cleanup: "delete" },
};
const compacted: Topic<string> = {
  ...plain,
  ...{ name: "keyed", cleanup: "compact", keyOf: (text) => text },
};

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "kota-damaged-"));
  file = join(dir, "log.mdb");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const texts = Array.from({ length: 300 }, (_, n) => `text-${n} ${"and more ".repeat(20)}`);

async function write(topic: Topic<string>): Promise<void> {
  const log = await openEmbeddedLog({ dir });
  await log.ensureTopics([topic]);
  for (const text of texts) await log.append(topic, [text]);
  await log.close();
}

async function read(topic: Topic<string>): Promise<{ kept: string[]; problems: unknown[] }> {
  const log = await openEmbeddedLog({ dir });
  const kept: string[] = [];
  const problems: unknown[] = [];
  await log.ensureTopics([topic]);
  const tail = await log.tail(topic, {
    from: "start",
    onBatch: ({ values }) => void kept.push(...values),
    onError: (error) => problems.push(error),
  });
  await tail.caughtUp;
  await log.close();
  return { kept, problems };
}

/** Changes one bit of the text with this number, as a tired disk does. */
function flipBitOf(n: number): void {
  const bytes = readFileSync(file);
  // An older version of a page may hold it too.
  for (let at = bytes.indexOf(`"text-${n} `); at >= 0; at = bytes.indexOf(`"text-${n} `, at + 1)) {
    bytes[at + 20] = (bytes[at + 20] ?? 0) ^ 1;
  }
  writeFileSync(file, bytes);
}

describe("the embedded log with a damaged file", () => {
  it.each([
    ["kept", plain],
    ["compacted", compacted],
  ])(
    "never gives out a record of a %s topic of which a bit is another, says which it is, and goes on behind it",
    async (_, topic) => {
      await write(topic);
      flipBitOf(7);
      flipBitOf(200);
      const { kept, problems } = await read(topic);
      expect(kept).toEqual(texts.filter((_text, n) => n !== 7 && n !== 200));
      expect(problems).toHaveLength(2);
      for (const problem of problems)
        expect(problem).toMatchObject({
          code: "record_unreadable",
          message: expect.stringMatching(/^Record (7|200) of .*damaged on disk/),
        });
    },
  );

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ["its last page cut off", (bytes) => bytes.subarray(0, bytes.length - 4096)],
    ["a part of a page cut off", (bytes) => bytes.subarray(0, bytes.length - 100)],
    ["half of it cut off", (bytes) => bytes.subarray(0, bytes.length >> 1)],
    ["less than a page left", (bytes) => bytes.subarray(0, 1000)],
    ["zeros at its beginning", (bytes) => Buffer.concat([Buffer.alloc(4096), bytes.subarray(4096)])],
    ["something else in it", () => Buffer.from("not a database ".repeat(2000))],
  ])("is not opened with %s, and says what to do", async (_, damage) => {
    await write(plain);
    writeFileSync(file, damage(readFileSync(file)));
    const opening = openEmbeddedLog({ dir });
    await expect(opening).rejects.toMatchObject({ code: "log_refused" });
    await expect(opening).rejects.toThrow(
      /is damaged: log\.mdb .*Put a copy of the folder back, or move it away/,
    );
    // The folder is free for whoever repairs it.
    rmSync(file);
    await (await openEmbeddedLog({ dir })).close();
  });

  it("reads records of before there were checksums", async () => {
    await write(plain);
    const root = open({ path: file, maxDbs: 8 });
    const records = root.openDB<Buffer, [string, number, number]>({ name: "records", encoding: "binary" });
    for (const { key, value } of [...records.getRange({})]) {
      // The time, a length of 0, and the bytes: as it was.
      const old = Buffer.concat([value.subarray(0, 8), Buffer.from([0]), value.subarray(13)]);
      await records.put(key, old);
    }
    await root.close();
    expect(await read(plain)).toEqual({ kept: texts, problems: [] });
  });
});
