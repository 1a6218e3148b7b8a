import { HOUR_MS, MINUTE_MS, minuteEnd } from "@kota/scoring";
import { describe, expect, it } from "vitest";
import { LateArrivals, type StaleRange } from "./late-arrivals.ts";

const NOON = Date.UTC(2026, 0, 2, 12);

function settledAtNoon(): LateArrivals {
  const late = new LateArrivals();
  late.settledThrough(minuteEnd(NOON));
  return late;
}

function note(
  late: LateArrivals,
  minutesAgo: number,
  more: { device?: string; offset?: number; now?: number; receivedAt?: number; isReadBack?: boolean } = {},
) {
  const { device = "a", offset = 7, now = NOON, receivedAt = now, isReadBack = false } = more;
  late.note({ device, time: NOON - minutesAgo * MINUTE_MS + 5, receivedAt }, HOUR_MS, {
    isReadBack,
    partition: 0,
    offset,
    nextOffset: offset + 1,
    now,
  });
}

const quietSince = (time: number) => (range: StaleRange) => range.since <= time;

describe("late arrivals", () => {
  it("are readings of minutes that were settled", () => {
    const late = settledAtNoon();
    expect([NOON - 1, NOON, minuteEnd(NOON)].map((time) => late.isLate(time))).toEqual([true, true, true]);
    expect(late.isLate(NOON + MINUTE_MS)).toBe(false);
    expect(new LateArrivals().isLate(0)).toBe(false);
  });

  it("make stale the minutes whose windows they are in, as far as these are settled", () => {
    const late = settledAtNoon();
    note(late, 300);
    expect(late.take(quietSince(NOON))).toMatchObject({
      from: NOON - 300 * MINUTE_MS,
      through: NOON - 180 * MINUTE_MS,
    });
    // What comes meanwhile is a range of its own, for when the one taken is done.
    note(late, 30);
    expect(late.take(quietSince(NOON))).toMatchObject({ from: NOON - 300 * MINUTE_MS });
    late.done();
    expect(late.take(quietSince(NOON))).toMatchObject({ from: NOON - 30 * MINUTE_MS, through: NOON });
    late.done();
    expect(late.take(quietSince(NOON))).toBeUndefined();
  });

  it("become one where their minutes meet, with the lowest offset; apart they stay apart", () => {
    const late = settledAtNoon();
    note(late, 30, { offset: 9 });
    note(late, 40, { device: "b", offset: 3, now: NOON + 1 });
    note(late, 900, { offset: 5 });
    expect([...late.offsets()]).toEqual([
      [0, 3],
      [0, 5],
    ]);
    expect(late.take(quietSince(NOON))).toMatchObject({ from: NOON - 900 * MINUTE_MS, readings: 1 });
    // What is taken out holds its place in the log until it is done.
    expect([...late.offsets()].map(([, offset]) => offset).sort()).toEqual([3, 5]);
    late.done();
    expect(late.take(quietSince(NOON))).toBeUndefined();
    const merged = late.take(quietSince(NOON + 1));
    expect(merged).toMatchObject({ from: NOON - 40 * MINUTE_MS, through: NOON, readings: 2 });
    expect([...(merged?.devices ?? [])].sort()).toEqual(["a", "b"]);
    late.done();
    expect([...late.offsets()]).toEqual([]);
  });

  it("of one batch are counted one by one, and name few devices", () => {
    const late = settledAtNoon();
    for (let n = 0; n < 20; n++) note(late, 30 + (n % 3), { device: `d${n % 8}` });
    const range = late.take(quietSince(NOON));
    expect(range).toMatchObject({ from: NOON - 32 * MINUTE_MS, readings: 20 });
    expect([...(range?.devices ?? [])]).toHaveLength(5);
  });

  it("leave what was taken out to be worked on as it was", () => {
    const late = settledAtNoon();
    note(late, 30);
    const taken = late.take(quietSince(NOON));
    note(late, 30, { device: "b" });
    expect(taken).toMatchObject({ readings: 1, devices: new Set(["a"]) });
    late.done();
    expect(late.take(quietSince(NOON))).toMatchObject({ readings: 1, devices: new Set(["b"]) });
  });

  it("count readings that came when their minute was over, not those that are only read back after a restart", () => {
    const late = settledAtNoon();
    note(late, 30, { receivedAt: NOON - 30 * MINUTE_MS + 6, isReadBack: true });
    note(late, 30, { device: "b", receivedAt: NOON - 5 * MINUTE_MS, isReadBack: true });
    expect(late.take(quietSince(NOON))).toMatchObject({ readings: 1, devices: new Set(["b"]) });
  });
});
