import { describe, expect, it } from "vitest";
import type { Device } from "./city.ts";
import { type DeviceRecord, mergeDevices } from "./device-record.ts";

const device = (id: string, name = id): Device => ({
  id,
  name,
  kind: "air",
  adapter: null,
  nativeId: null,
  area: null,
  lat: null,
  lon: null,
  origin: "live",
  attribution: null,
});

const records = (...list: [id: string, device: Device | null][]) =>
  new Map<string, DeviceRecord>(list.map(([id, one]) => [id, { id, device: one, version: 1, at: 0 }]));

describe("the registry", () => {
  const rows = [device("b"), device("a"), device("c")];

  it("is devices.csv as long as nothing was decided", () => {
    expect(mergeDevices(rows, new Map())).toEqual(rows);
  });

  it("has changed devices in their place, retired ones not, and added ones at the end", () => {
    const merged = mergeDevices(
      rows,
      records(["a", device("a", "new")], ["b", null], ["d", device("d")], ["e", null]),
    );
    expect(merged.map(({ id, name }) => [id, name])).toEqual([
      ["a", "new"],
      ["c", "c"],
      ["d", "d"],
    ]);
  });
});
