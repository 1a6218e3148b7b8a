import { describe, expect, it } from "vitest";
import { createMissingReadings } from "./missing-readings.ts";
import { HOUR, ledgerRecord, NOW } from "./test-setup.ts";

const record = (device: string | null, hoursAgo: number, missing: number) =>
  ledgerRecord({ device, hour: NOW - hoursAgo * HOUR, stored: 10 - missing });

describe("what is missing of each device", () => {
  it("adds up over its hours, since the first was known, and is gone when all is there", () => {
    const missing = createMissingReadings(() => NOW);
    missing.take(record("a", 2, 3));
    missing.take({ ...record("a", 1, 2), checkedAt: NOW });
    missing.take(record("b", 1, 0));
    missing.take(record(null, 1, 1));
    expect(missing.of(Number.NEGATIVE_INFINITY)).toEqual([
      { device: "a", count: 5, of: 20, from: NOW - 2 * HOUR, to: NOW - HOUR, since: NOW - 1000 },
    ]);
    missing.take(record("a", 2, 0));
    expect(missing.of(Number.NEGATIVE_INFINITY)).toMatchObject([{ device: "a", count: 2, of: 10 }]);
    missing.take(record("a", 1, 0));
    expect(missing.of(Number.NEGATIVE_INFINITY)).toEqual([]);
  });

  it("forgets with the ledger the hours that are not held any more", () => {
    const missing = createMissingReadings(() => NOW);
    missing.take(record("a", 9, 3));
    missing.take(record("a", 1, 1));
    expect(missing.of(NOW - 5 * HOUR)).toMatchObject([{ count: 1, from: NOW - HOUR }]);
    expect(missing.of(NOW)).toEqual([]);
  });
});
