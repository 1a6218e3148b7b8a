import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ispuCategory, type Pollutant, worstOf } from "@kota/indices";
import { describe, expect, it } from "vitest";

// What Jakarta published may be looked at and not be handed on: name the folder with its two tables to test with them.
const FOLDER = process.env.KOTA_PUBLISHED_ISPU ?? "";
const COLUMNS: Readonly<Record<string, Pollutant>> = {
  ...{ pm10: "PM10", pm25: "PM25", so2: "SO2", co: "CO", o3: "O3", no2: "NO2" },
};

interface Day {
  readonly date: string;
  readonly station: string;
  /** Of each pollutant that was measured. */
  readonly subIndices: Partial<Record<Pollutant, number>>;
  readonly index: number;
  readonly critical: string;
  readonly category: string;
}

function daysOf(file: string): Day[] {
  const [header = "", ...lines] = readFileSync(join(FOLDER, file), "utf8").trim().split("\n");
  const columns = header.split(",");
  return lines.map((line) => {
    const cells = new Map(line.split(",").map((cell, n) => [columns[n] ?? "", cell.trim()]));
    const subIndices: Partial<Record<Pollutant, number>> = {};
    for (const [column, pollutant] of Object.entries(COLUMNS)) {
      const cell = cells.get(column) ?? "";
      if (cell !== "" && cell !== "---") subIndices[pollutant] = Number(cell);
    }
    return {
      ...{ date: cells.get("tanggal") ?? "", station: cells.get("stasiun") ?? "", subIndices },
      index: Number(cells.get("max") || 0),
      ...{ critical: cells.get("critical") ?? "", category: cells.get("categori") ?? "" },
    };
  });
}

const hasData = ({ category }: Day) => category !== "TIDAK ADA DATA";

/** Days on which kota says something else than what was published. */
function disagreements(days: readonly Day[]) {
  const withData = days.filter(hasData);
  return {
    withData: withData.length,
    withoutData: days.length - withData.length,
    index: withData.filter((day) => worstOf(day.subIndices)?.index !== day.index),
    category: withData.filter((day) => ispuCategory(day.index).toUpperCase() !== day.category),
    critical: withData.filter(
      (day) => !worstOf(day.subIndices)?.critical.includes(day.critical.replace(".", "") as Pollutant),
    ),
  };
}

describe("the ISPU that Jakarta published", () => {
  it("by station in 2021 is what kota says, but for the pollutant that two stations named in January", () => {
    const days = daysOf("jakarta-ispu-2021-by-station-odd-months.csv");
    const found = disagreements(days);
    expect(found).toMatchObject({ withData: 913, withoutData: 7, index: [], category: [] });
    // A day without data is published with an index of 0, and is not 'good'.
    for (const { subIndices, index } of days.filter((day) => !hasData(day)))
      expect([worstOf(subIndices), index]).toEqual([undefined, 0]);
    // The published name is not that of the largest published sub-index: a mistake of the source.
    expect(found.critical).toHaveLength(37);
    for (const { station, date } of found.critical) {
      expect(date).toMatch(/^2021-01/);
      expect(station).toMatch(/^DKI[45]/);
    }
  });

  it("of the worst station in five years is what kota says, but for an index of exactly 200 under the rule before 2020", () => {
    const found = disagreements(daysOf("jakarta-ispu-citywide-worst-station-odd-months.csv"));
    expect(found).toMatchObject({ withData: 919, withoutData: 1 });
    // KEP-45/MENLH/10/1997 has 200 among the very unhealthy, Permen LHK 14/2020 among the unhealthy.
    expect(found.category).toHaveLength(3);
    for (const { index, date, category } of found.category)
      expect([index, Number(date.slice(0, 4)) < 2020, category]).toEqual([200, true, "SANGAT TIDAK SEHAT"]);
    expect([found.index.length, found.critical.length]).toEqual([0, 0]);
  });
});
