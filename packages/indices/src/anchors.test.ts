import { describe, expect, it } from "vitest";
import { anchorsOf } from "./anchors.ts";
import { ispu } from "./ispu.ts";
import { isRefused } from "./refused.ts";
import { usEpaAqi } from "./us-epa-aqi.ts";

describe("the anchors of an index", () => {
  it("are where the index itself says that number", () => {
    for (const [concentration, index] of anchorsOf("epa_aqi", "PM25", "24h") ?? []) {
      const found = usEpaAqi("PM25", "24h", concentration, "ug/m3");
      expect(isRefused(found) ? found : found.aqi).toBe(index);
    }
    for (const [concentration, index] of anchorsOf("ispu", "NO2", "24h") ?? []) {
      const found = ispu("NO2", "24h", concentration, "ug/m3");
      expect(isRefused(found) ? found : found.ispu).toBe(index);
    }
    expect(anchorsOf("eaqi", "PM10", "1h")).toEqual([
      [15, 1],
      [45, 2],
      [120, 3],
      [195, 4],
      [270, 5],
    ]);
  });

  it("are none where the index is not defined so", () => {
    expect(anchorsOf("epa_aqi", "PM25", "1h")).toBeUndefined();
    expect(anchorsOf("epa_aqi", "O3", "8h")).toBeUndefined();
    expect(anchorsOf("ispu", "PM10", "1h")).toBeUndefined();
    expect(anchorsOf("eaqi", "CO", "1h")).toBeUndefined();
  });
});
