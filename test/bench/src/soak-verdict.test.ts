import { describe, expect, it } from "vitest";
import { openHourMegabytesPerMinute, type SoakSample, soakVerdict } from "./soak-verdict.ts";

const LOAD = { rate: 1000, devices: 1000, scoredValues: 2 };

function samples(of: (minute: number) => Partial<SoakSample>): SoakSample[] {
  return Array.from({ length: 31 }, (_, minute) => ({
    time: minute * 60_000,
    ...{ resident: 500, own: 300, handles: 60, lag: 200 },
    ...of(minute),
  }));
}

describe("the verdict of a soak", () => {
  it("calls flat what stays, and what grows only at first", () => {
    const verdict = soakVerdict(
      samples((minute) => ({ own: minute < 10 ? 200 + 10 * minute : 300 })),
      LOAD,
    );
    expect(Object.values(verdict).map(({ isFlat }) => isFlat)).toEqual([true, true, true, true]);
  });

  it("does not call flat memory that grows by more than open hours take", () => {
    const open = openHourMegabytesPerMinute(LOAD);
    const growing = (perMinute: number) =>
      soakVerdict(
        samples((minute) => ({ own: 300 + perMinute * minute })),
        LOAD,
      ).own;
    expect(growing(open).isFlat).toBe(true);
    expect(growing(open + 2).isFlat).toBe(false);
    expect(growing(open + 2).perMinute).toBeCloseTo(open + 2, 6);
  });

  it("allows a row of numbers for each minute where a device sends more, and no more at any rate", () => {
    const few = openHourMegabytesPerMinute({ ...LOAD, devices: 100_000 });
    expect(openHourMegabytesPerMinute({ ...LOAD, rate: 2000, devices: 100_000 })).toBeCloseTo(2 * few, 9);
    expect(openHourMegabytesPerMinute({ ...LOAD, rate: 20_000 })).toBe(openHourMegabytesPerMinute(LOAD));
  });

  it("does not call flat handles that leak or a lag that grows", () => {
    const verdict = soakVerdict(
      samples((minute) => ({ handles: 60 + minute, lag: 200 * minute })),
      LOAD,
    );
    expect(verdict.handles.isFlat).toBe(false);
    expect(verdict.lag.isFlat).toBe(false);
  });
});
