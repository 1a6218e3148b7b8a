import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { parquetOf } from "./parquet.ts";

const point = (time: string, mean: number, count: number | null) => ({
  time: Date.parse(time),
  mean,
  min: mean - 1,
  max: mean + 1,
  last: mean,
  count,
  devices: count === 3 ? 2 : null,
});

describe("a chart as Parquet", () => {
  it("has times as timestamps, a week before at its own time, and no row for a gap", async () => {
    const file = parquetOf([
      {
        name: "Leith: PM2.5",
        unit: "ug/m3",
        when: "now",
        shiftMs: 0,
        course: {
          step: "1h",
          isCut: false,
          points: [point("2026-11-24T08:00:00Z", 7.5, 12), point("2026-11-24T11:00:00Z", 8, 3)],
        },
      },
      {
        name: "City: Living",
        unit: null,
        when: "week before",
        shiftMs: -7 * 86_400_000,
        course: { step: "1h", isCut: false, points: [point("2026-11-24T08:00:00Z", 55, null)] },
      },
    ]);
    const rows = await parquetReadObjects({ file });
    expect(rows.map((row) => Object.values(row))).toEqual([
      [new Date("2026-11-24T08:00:00Z"), "Leith: PM2.5", "ug/m3", "now", 7.5, 6.5, 8.5, 7.5, 12, null],
      [new Date("2026-11-24T11:00:00Z"), "Leith: PM2.5", "ug/m3", "now", 8, 7, 9, 8, 3, 2],
      [new Date("2026-11-17T08:00:00Z"), "City: Living", null, "week before", 55, 54, 56, 55, null, null],
    ]);
    expect(Object.keys(rows[0] ?? {})).toEqual([
      ...["time", "series", "unit", "of", "mean", "min", "max", "last", "readings", "devices"],
    ]);
  });

  it("is a whole file also when there is nothing to show", async () => {
    expect(await parquetReadObjects({ file: parquetOf([]) })).toEqual([]);
  });
});
