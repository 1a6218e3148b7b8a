import { describe, expect, it } from "vitest";
import { jsonLines } from "./codecs.ts";
import { partitionOf } from "./partition.ts";
import { MAX_RECORD_BYTES, recordsOf } from "./records.ts";
import type { Topic } from "./topic.ts";

interface Item {
  readonly key: string;
  readonly n: number;
  readonly text?: string;
}

const topic: Topic<Item> = {
  name: "items",
  codec: jsonLines(),
  keyOf: ({ key }) => key,
  partitions: 6,
  retentionMs: 1000,
  cleanup: "delete",
};

describe("the records of an append", () => {
  it("are one for each partition, with its values in order", () => {
    const values = Array.from({ length: 100 }, (_, n) => ({ key: `k${n % 20}`, n }));
    const records = recordsOf(topic, values, 6);
    expect(new Set(records.map(({ partition }) => partition)).size).toBe(records.length);
    for (const { partition, key, bytes } of records) {
      expect(key).toBeNull();
      expect(topic.codec.decode(bytes)).toEqual(
        values.filter((value) => partitionOf(value.key, 6) === partition),
      );
    }
  });

  it("are no larger than Kafka takes, save one that holds a single larger value", () => {
    const values = Array.from({ length: 40 }, (_, n) => ({
      key: "same",
      n,
      text: "x".repeat(n === 7 ? 2e6 : 1e5),
    }));
    const records = recordsOf(topic, values, 6);
    expect(records.flatMap(({ bytes }) => topic.codec.decode(bytes))).toEqual(values);
    const large = records.filter(({ bytes }) => bytes.length > MAX_RECORD_BYTES);
    expect(large.map(({ bytes }) => topic.codec.decode(bytes).length)).toEqual([1]);
  });

  it("of a compacted topic are one for each key, with its newest value", () => {
    const values = [1, 2, 3, 4].map((n) => ({ key: n % 2 ? "odd" : "even", n }));
    const records = recordsOf({ ...topic, cleanup: "compact" }, values, 6);
    expect(records.map(({ key, bytes }) => [key, topic.codec.decode(bytes)[0]?.n])).toEqual([
      ["odd", 3],
      ["even", 4],
    ]);
  });
});

describe("the partition of a key", () => {
  it("is the same for ever: FNV-1a", () => {
    expect(partitionOf("", 1000)).toBe(0x811c9dc5 % 1000);
    expect(partitionOf("a", 2 ** 32)).toBe(0xe40c292c);
    expect(partitionOf("foobar", 2 ** 32)).toBe(0xbf9cf968);
  });

  it("spreads similar keys evenly", () => {
    const counts = new Array<number>(6).fill(0);
    for (let n = 0; n < 6000; n++) {
      const partition = partitionOf(`sensor-${n}`, 6);
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(800);
  });
});
