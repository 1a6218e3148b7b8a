import { KotaError } from "@kota/model";
import type { Command } from "commander";
import { afterEach, describe, expect, it } from "vitest";
import { indexCommand } from "./index-command.ts";

afterEach(() => {
  process.exitCode = undefined;
});

async function kotaIndex(...words: string[]): Promise<string> {
  const throwing = (command: Command) => {
    command.exitOverride().configureOutput({ writeErr: () => {} });
    command.commands.forEach(throwing);
    return command;
  };
  const printed: string[] = [];
  await throwing(indexCommand((text) => printed.push(text))).parseAsync(words, { from: "user" });
  return printed.join("\n");
}

describe("kota index", () => {
  it("prints a result with what it rests on", async () => {
    expect(await kotaIndex("epa", "pm2.5", "35.4")).toBe(
      "US EPA AQI 100: Moderate\n" +
        "  pollutant PM25, concentration 35.4, unit ug/m3, averaging 24h, truncated 35.4\n" +
        "  us-epa-aqi 2024-05, confidence secondary (kota index tables): US EPA Air Quality Index, breakpoints of May 2024",
    );
  });

  it.each([
    [["ispu", "PM25", "39"], "ISPU 79: Sedang"],
    [["eaqi", "PM2.5", "12", "--unit", "µg/m³"], "European air quality index 2 of 6: Fair"],
    [["who", "PM25", "30", "--averaging", "24h"], "2 times the WHO guideline of 15 ug/m3; meets: interim 3"],
    [["nowcast", "PM25", "8", "-", "4"], "NowCast 7.2 ug/m3, AQI 40: Good"],
    [["nowcast", "PM25", "400", "400"], "NowCast 400 ug/m3, AQI beyond the table: Hazardous"],
    [["heat-index", "--tf", "96", "--rh", "65"], "Heat index 121.03 °F, 49.46 °C: Danger"],
    [["wbgtSimple", "--tc", "30", "--rh", "70"], "WBGT 32.58 °C (simplified)"],
    [["noise", "--day", "60", "--evening", "55", "--night", "50"], "Lden 60 dB(A), Lnight 50 dB(A)"],
    [["convert", "no2", "--ppb", "100", "--tc", "25"], "188.0431 µg/m³"],
    [["convert", "NO2", "--ugm3", "188.0431", "--tc", "25", "--atm", "1"], "100 ppb"],
    [["epa", "NO2", "188.1", "--unit", "ug/m3", "--tc", "25"], "US EPA AQI 100: Moderate"],
    [
      ["epa", "O3", "0.078", "--unit", "ppm", "--averaging", "8h"],
      "US EPA AQI 126: Unhealthy for Sensitive Groups",
    ],
  ])("%j begins with its headline", async (words, headline) => {
    expect((await kotaIndex(...words)).split("\n")[0]).toBe(headline);
  });

  it("says that an ISPU above 300 is a convention", async () => {
    expect(await kotaIndex("ispu", "PM25", "300")).toContain("Above 300 the number is a convention");
  });

  it("prints the fields as JSON", async () => {
    expect(JSON.parse(await kotaIndex("epa", "PM25", "35.4", "--json"))).toMatchObject({ aqi: 100 });
    expect(process.exitCode).toBeUndefined();
  });

  it("fails where there is no result, as JSON with the error printed", async () => {
    await expect(kotaIndex("epa", "PM25", "--", "-5")).rejects.toThrow(KotaError);
    await expect(kotaIndex("epa", "PM25", "much")).rejects.toThrow("<concentration>: expected a number");
    await expect(kotaIndex("heat-index", "--tc", "hot", "--rh", "80")).rejects.toThrow(
      "--tc: expected a number",
    );
    expect(JSON.parse(await kotaIndex("nowcast", "PM25", "8", "--json"))).toMatchObject({
      valid: false,
      error: { code: "insufficient" },
    });
    expect(process.exitCode).toBe(2);
  });

  it("lists the tables with their confidence", async () => {
    expect(await kotaIndex("tables")).toContain("ispu 2020-P14 (secondary)");
    expect(JSON.parse(await kotaIndex("tables", "--json"))).toContainEqual(
      expect.objectContaining({ table: "us-epa-aqi", confidence: "secondary" }),
    );
  });
});
