import { createHash } from "node:crypto";
import type { LedgerRecord, Reading, Rejection } from "@kota/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Accounts, type Knowledge } from "./accounts.ts";
import { balanceOf, HOUR_MS, sumOf } from "./balance.ts";

const HOUR = Date.UTC(2026, 10, 24, 12);
const LIMITS = { graceMs: 60_000, maxTimes: 4, maxRecords: 1_000_000 };
const PARTITIONS = 2;

function reading(device: string, time: number, values: Record<string, number> = { pm10: 1 }): Reading {
  return { device, time, values, adapter: "test@1", receivedAt: time };
}

function rejection(device: string, id: string, count?: number): Rejection {
  return {
    id: createHash("sha256").update(id).digest("hex"),
    time: HOUR + 5,
    stage: "normalize",
    code: "not_json",
    reason: "no",
    topic: "t",
    source: "mqtt",
    payload: "",
    size: 0,
    adapter: null,
    device,
    ...(count === undefined ? {} : { count }),
  };
}

function refusal(of: Reading): Rejection {
  const payload = Buffer.from(JSON.stringify(of)).toString("base64");
  return {
    ...rejection(of.device, `refused-${of.device}-${of.time}-${JSON.stringify(of.values)}`),
    stage: "store",
    code: "store_refused",
    payload,
  };
}

type Entry = { readonly reading: Reading } | { readonly rejection: Rejection };

/** A log, a time series and a stage that stores, all in memory, and accounts that can be thrown away and made again. */
class World {
  readonly readings: Reading[][][] = Array.from({ length: PARTITIONS }, () => []);
  readonly rejections: Rejection[][] = [];
  readonly stored = new Map<string, Set<number>>();
  readonly storeCommitted = Array.from({ length: PARTITIONS }, () => 0);
  readonly handedOn = new Map<string, LedgerRecord>();
  committed = Array.from({ length: PARTITIONS }, () => 0);
  committedRejections = 0;
  now = HOUR;
  accounts = new Accounts(LIMITS);

  append(entries: readonly Entry[]): void {
    const grouped: Reading[][] = Array.from({ length: PARTITIONS }, () => []);
    const rejected: Rejection[] = [];
    for (const entry of entries) {
      if ("reading" in entry) grouped[partitionOf(entry.reading.device)]?.push(entry.reading);
      else rejected.push(entry.rejection);
    }
    for (const [partition, values] of grouped.entries()) {
      if (values.length > 0) this.readings[partition]?.push(values);
    }
    if (rejected.length > 0) this.rejections.push(rejected);
  }

  /** The ledger reads on, `most` records of each partition in one batch. */
  read(most: number): void {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const from = this.accounts.position(partition) ?? this.committed[partition] ?? 0;
      const records = this.readings[partition]?.slice(from, from + most) ?? [];
      if (records.length > 0) this.accounts.takeReadings({ partition, ...batchOf(from, records) }, this.now);
    }
    const from = Math.max(this.accounts.rejectionsPosition, this.committedRejections);
    const records = this.rejections.slice(from, from + most);
    if (records.length > 0)
      this.accounts.takeRejections({ partition: 0, ...batchOf(from, records) }, this.now);
  }

  /** The stage that stores goes on by some records; devices whose name begins with `no` are refused. */
  store(most: number): void {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const from = this.storeCommitted[partition] ?? 0;
      const records = this.readings[partition]?.slice(from, from + most) ?? [];
      const refused: Rejection[] = [];
      for (const one of records.flat()) {
        if (one.device.startsWith("no")) refused.push(refusal(one));
        else this.timesOf(one.device).add(one.time);
      }
      if (refused.length > 0) this.rejections.push(refused);
      this.storeCommitted[partition] = from + records.length;
    }
  }

  timesOf(device: string): Set<number> {
    let times = this.stored.get(device);
    if (!times) {
      times = new Set();
      this.stored.set(device, times);
    }
    return times;
  }

  timesIn(device: string, hour: number): number[] {
    return [...this.timesOf(device)]
      .filter((time) => Math.floor(time / HOUR_MS) * HOUR_MS === hour)
      .sort((a, b) => a - b);
  }

  known(): Knowledge {
    return {
      committed: new Map(this.storeCommitted.map((offset, partition) => [partition, offset])),
      hasRejections:
        Math.max(this.accounts.rejectionsPosition, this.committedRejections) >= this.rejections.length,
      isComplete: this.readings.every(
        (records, partition) =>
          Math.max(this.accounts.position(partition) ?? 0, this.committed[partition] ?? 0) >= records.length,
      ),
      now: this.now,
    };
  }

  compare(): void {
    const known = this.known();
    for (const question of this.accounts.questions()) {
      const { device, hour } = question.hour;
      const there = this.timesIn(device ?? "", hour);
      if (question.hour.needsTimes) this.accounts.answerLate(question, there, known);
      else this.accounts.answer(question, there.length, known);
    }
    for (const record of [...this.accounts.closed()]) {
      const changed = this.accounts.verify(
        record.device ?? "",
        record.hour,
        this.timesIn(record.device ?? "", record.hour).length,
        known,
      );
      if (changed) this.handOn(changed);
    }
  }

  close(pressed: boolean): void {
    const due = pressed ? this.accounts.dueForRoom() : this.accounts.due(this.now, 1000);
    for (const { hour, record } of due) {
      this.handOn(record);
      this.accounts.close(hour, record);
    }
  }

  handOn(record: LedgerRecord): void {
    this.handedOn.set(`${record.device}/${record.hour}`, JSON.parse(JSON.stringify(record)));
  }

  commit(): void {
    const { readings, rejections } = this.accounts.restartOffsets();
    for (const [partition, offset] of readings) {
      this.committed[partition] = Math.max(offset, this.committed[partition] ?? 0);
    }
    this.committedRejections = Math.max(rejections, this.committedRejections);
  }

  crash(): void {
    this.accounts = new Accounts(LIMITS);
    for (const record of this.handedOn.values()) this.accounts.restore(record);
  }

  rows(): LedgerRecord[] {
    const open = [...this.accounts.openHours()].map((hour) => hour.record(true));
    const isOpen = new Set(open.map(({ device, hour }) => `${device}/${hour}`));
    const closed = [...this.accounts.closed()].filter(({ device, hour }) => !isOpen.has(`${device}/${hour}`));
    return [...open, ...closed];
  }

  /** Everything was read, stored and compared. */
  settle(): void {
    for (let n = 0; n < 3; n++) {
      this.store(Number.POSITIVE_INFINITY);
      this.read(Number.POSITIVE_INFINITY);
      this.compare();
    }
  }
}

function partitionOf(device: string): number {
  return device.charCodeAt(device.length - 1) % PARTITIONS;
}

function batchOf<T>(from: number, records: readonly (readonly T[])[]) {
  const values: T[] = [];
  const ends = records.map((record, n) => {
    values.push(...record);
    return { offset: from + n, end: values.length };
  });
  return { nextOffset: from + records.length, values, records: ends };
}

const device = fc.constantFrom("a", "b", "no-c");
const entry: fc.Arbitrary<Entry> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        device,
        hour: fc.integer({ min: -2, max: 1 }),
        offset: fc.integer({ min: 0, max: 8 }),
        values: fc.oneof(
          fc.record({ pm10: fc.integer({ min: 0, max: 1 }) }),
          fc.record({ humidity: fc.integer({ min: 0, max: 1 }) }),
        ),
      })
      .map((one) => ({ reading: reading(one.device, HOUR + one.hour * HOUR_MS + one.offset, one.values) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ device, id: fc.integer({ min: 0, max: 5 }), count: fc.integer({ min: 1, max: 3 }) })
      .map((one) => ({ rejection: rejection(one.device, `id-${one.id}`, one.count) })),
  },
);

type Step =
  | { readonly do: "append"; readonly entries: readonly Entry[] }
  | { readonly do: "read" | "store"; readonly most: number }
  | { readonly do: "close"; readonly pressed: boolean }
  | { readonly do: "compare" | "commit" | "crash" | "hour" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(entry, { minLength: 1, maxLength: 5 })
      .map((entries) => ({ do: "append" as const, entries })),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("read" as const), most: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("store" as const), most: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("close" as const), pressed: fc.boolean() }) },
  { weight: 3, arbitrary: fc.constant({ do: "compare" as const }) },
  { weight: 2, arbitrary: fc.constant({ do: "commit" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "crash" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "hour" as const }) },
);

function take(world: World, next: Step): void {
  if (next.do === "append") world.append(next.entries);
  else if (next.do === "read") world.read(next.most);
  else if (next.do === "store") world.store(next.most);
  else if (next.do === "compare") world.compare();
  else if (next.do === "close") world.close(next.pressed);
  else if (next.do === "commit") world.commit();
  else if (next.do === "crash") world.crash();
  else world.now += HOUR_MS;
}

describe("the ledger", () => {
  it("balances at any time, misses nothing that is only on its way, and counts every entry once, whatever happens in which order", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = new World();
        for (const next of steps) {
          take(world, next);
          for (const row of world.rows()) {
            const { received, stored, rejected, duplicate, pending, difference } = balanceOf(row);
            expect(received).toBe(stored + rejected + duplicate + pending + difference);
            expect(difference).toBe(0);
            expect(Math.min(stored, rejected, duplicate, pending)).toBeGreaterThanOrEqual(0);
          }
        }
        world.settle();
        const total = sumOf(world.rows().map(balanceOf));
        const all = world.readings.flat(2);
        const storeRejections = world.rejections.flat().filter(({ stage }) => stage === "store");
        const others = world.rejections.flat().filter(({ stage }) => stage !== "store");
        expect(total.pending).toBe(0);
        expect(total.extra).toBe(0);
        expect(total.received).toBe(all.length + others.reduce((sum, { count = 1 }) => sum + count, 0));
        expect(total.stored).toBe([...world.stored.values()].reduce((sum, { size }) => sum + size, 0));
        const refused = storeRejections.map(
          ({ payload }) => JSON.parse(Buffer.from(payload, "base64").toString()).time,
        );
        // A time that was refused once more after its hour was closed is taken for another one: no store can say that it is not.
        expect(total.rejectedBy.store_refused ?? 0).toBeGreaterThanOrEqual(new Set(refused).size);
        expect(total.rejectedBy.store_refused ?? 0).toBeLessThanOrEqual(refused.length);
      }),
      { numRuns: 1500 },
    );
  });

  it("shows a reading that was deleted from the time series, open or closed, before a restart or after it", () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.boolean(),
        fc.boolean(),
        (steps, closed, restarted) => {
          const world = new World();
          for (const next of steps) take(world, next);
          world.append([{ reading: reading("a", HOUR + 7000) }]);
          world.settle();
          if (closed) {
            world.now += 10 * HOUR_MS;
            world.close(false);
          }
          world.commit();
          if (restarted) world.crash();
          world.timesOf("a").delete(HOUR + 7000);
          world.settle();
          world.compare();
          // What was opened anew is told from the log: a copy that was stored again by the way is no loss.
          expect(sumOf(world.rows().map(balanceOf)).difference).toBe(1);
          world.timesOf("a").add(HOUR + 7000);
          world.settle();
          expect(sumOf(world.rows().map(balanceOf)).difference).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("tells a repeat from metrics that are added and from another value", () => {
    const world = new World();
    const at = (values: Record<string, number>): Entry => ({ reading: reading("a", HOUR, values) });
    world.append([at({ pm10: 1 }), at({ pm10: 1 }), at({ humidity: 50 }), at({ pm10: 1, humidity: 50 })]);
    world.settle();
    expect(world.rows().map(balanceOf)).toMatchObject([
      { received: 4, stored: 1, duplicate: 3, conflict: 0 },
    ]);
    world.append([at({ pm10: 2, humidity: 50 })]);
    world.settle();
    expect(world.rows().map(balanceOf)).toMatchObject([
      { received: 5, stored: 1, duplicate: 4, conflict: 1 },
    ]);
  });

  it("says of a late reading that it is missing even when the hour had been closed", () => {
    const world = new World();
    world.append([{ reading: reading("a", HOUR) }, { reading: reading("a", HOUR + 1) }]);
    world.settle();
    world.now += 10 * HOUR_MS;
    world.close(false);
    world.append([{ reading: reading("a", HOUR + 1) }, { reading: reading("a", HOUR + 2) }]);
    world.store(10);
    world.timesOf("a").delete(HOUR + 2);
    world.settle();
    expect(world.rows().map(balanceOf)).toMatchObject([
      { received: 4, stored: 2, duplicate: 1, difference: 1 },
    ]);
  });

  it("calls on its way what the stage that stores has not come to, however much comes to the hour meanwhile", () => {
    const accounts = new Accounts(LIMITS);
    const take = (offset: number, times: readonly number[]) =>
      accounts.takeReadings(
        {
          ...{ partition: 0, nextOffset: offset + 1, values: times.map((time) => reading("a", HOUR + time)) },
          records: [{ offset, end: times.length }],
        },
        HOUR,
      );
    const ask = (committed: number) => {
      const questions = accounts.questions();
      take(2 + committed, [10 + committed]);
      for (const question of questions) {
        const known = { committed: new Map([[0, committed]]), hasRejections: true, isComplete: false };
        accounts.answer(question, 0, { ...known, now: HOUR });
      }
      return accounts.totals();
    };
    take(0, [0, 1]);
    take(1, [2]);
    expect(ask(1)).toEqual({ difference: 0, pending: 4 });
    expect(ask(4).difference).toBe(4);
  });

  it("holds no more closed hours than it may, and says from when on", () => {
    const accounts = new Accounts({ ...LIMITS, maxRecords: 100 });
    const world = new World();
    world.append([{ reading: reading("a", HOUR) }]);
    world.settle();
    world.now += 10 * HOUR_MS;
    world.close(false);
    const [record] = world.handedOn.values();
    if (!record) throw new Error("nothing was closed");
    for (let n = 0; n < 250; n++) accounts.restore({ ...record, hour: HOUR + n * HOUR_MS });
    const hours = [...accounts.closed()].map(({ hour }) => (hour - HOUR) / HOUR_MS);
    expect(hours.length).toBeLessThanOrEqual(100);
    expect(Math.min(...hours)).toBe(250 - hours.length);
  });
});
