import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { jsonLines } from "./codecs.ts";
import { openEmbeddedLog } from "./embedded/embedded-log.ts";
import { openTable } from "./table.ts";
import type { Topic } from "./topic.ts";

interface Item {
  readonly key: string;
  readonly n: number;
}

const ITEMS: Topic<Item> = {
  name: "items",
  codec: jsonLines(),
  keyOf: ({ key }) => key,
  partitions: 2,
  retentionMs: 1000,
  cleanup: "compact",
};

async function openLog() {
  const dir = await mkdtemp(join(tmpdir(), "kota-table-"));
  const log = await openEmbeddedLog({ dir });
  onTestFinished(async () => {
    await log.close();
    await rm(dir, { recursive: true, force: true });
  });
  await log.ensureTopics([ITEMS]);
  return log;
}

it("a table has the newest value of each key, from before it was opened and after", async () => {
  const log = await openLog();
  await log.append(ITEMS, [{ key: "a", n: 1 }]);
  await log.append(ITEMS, [
    { key: "a", n: 2 },
    { key: "b", n: 1 },
  ]);
  const seen: Item[] = [];
  const table = await openTable(log, ITEMS, { onValue: (item) => void seen.push(item) });
  expect([...table.values.values()].sort((x, y) => (x.key < y.key ? -1 : 1))).toEqual([
    { key: "a", n: 2 },
    { key: "b", n: 1 },
  ]);
  for (let n = 2; n < 50; n++) {
    await log.append(ITEMS, [{ key: `c${n}`, n }]);
    expect(await table.upToDate(5000)).toBe(true);
    expect(table.values.get(`c${n}`)).toEqual({ key: `c${n}`, n });
  }
  expect(seen.at(-1)).toEqual({ key: "c49", n: 49 });
  await table.stop();
});

it("a table that is behind says so when the time is over", async () => {
  const log = await openLog();
  const table = await openTable(
    {
      tail: (topic, options) => log.tail(topic, options),
      lag: async () => [{ partition: 0, committed: 0, end: 7 }],
    },
    ITEMS,
  );
  expect(await table.upToDate(20)).toBe(false);
  await table.stop();
});
