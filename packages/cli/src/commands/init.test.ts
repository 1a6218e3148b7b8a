import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadCity } from "@kota/runtime";
import { describe, expect, it } from "vitest";
import { init } from "./init.ts";

const options = { timeZone: "Asia/Jakarta", center: "-6.2,106.8" };

describe("kota init", () => {
  it("makes a city that loads, with the shipped score model", () => {
    const dir = join(mkdtempSync(join(tmpdir(), "kota-init-")), "bandung");
    init(dir, options);
    const city = loadCity(dir);
    expect(city.settings).toMatchObject({ name: "bandung", timeZone: "Asia/Jakarta" });
    expect(city.areas.features).toHaveLength(1);
    expect(city.devices).toEqual([]);
    expect(city.scoreModel).toContain("environment:");
  });

  it("touches no folder that has something in it", () => {
    const dir = mkdtempSync(join(tmpdir(), "kota-init-"));
    writeFileSync(join(dir, "mine.txt"), "mine");
    expect(() => init(dir, options)).toThrow(/not empty/);
  });

  it("refuses a centre that is no place, and a time zone that is none", () => {
    const fresh = () => join(mkdtempSync(join(tmpdir(), "kota-init-")), "x");
    expect(() => init(fresh(), { ...options, center: "north" })).toThrow(/latitude,longitude/);
    expect(() => init(fresh(), { ...options, timeZone: "Mars/Olympus" })).toThrow(/IANA time zone/);
  });
});
