import { describe, expect, it } from "vitest";
import { indexGoalposts } from "./index-goalposts.ts";
import { parseScoreModel } from "./parse-score-model.ts";
import { measuredIndicatorsOf } from "./score-model.ts";

const HOUR = 3_600_000;
const modelText = (goalposts: string, window: string, metric = "pm2_5") => `
version: 1
dimensions:
  living:
    aspects:
      air:
        title: Air
        indicators:
          pm: { title: PM, metric: ${metric}, window: ${window}, overTime: mean, overDevices: mean, unit: ug/m3, goalposts: ${goalposts}, source: official }
`;

describe("an index in the place of goalposts", () => {
  it("has a goalpost at each bend of its table", () => {
    expect(indexGoalposts("epa_aqi", "pm2_5", 24 * HOUR)).toEqual([
      [0, 100],
      [9, 85],
      [35.4, 60],
      [55.4, 42.5],
      [125.4, 25],
      [225.4, 0],
    ]);
    expect(indexGoalposts("ispu", "pm10", 24 * HOUR)?.map(([at]) => at)).toEqual([0, 50, 150, 350, 420]);
    expect(indexGoalposts("eaqi", "no2", HOUR)).toEqual([
      [10, 100],
      [25, 80],
      [60, 60],
      [100, 40],
      [150, 20],
      [300, 0],
    ]);
  });

  it("stands in scores.yaml by its name", () => {
    const [indicator] = [...measuredIndicatorsOf(parseScoreModel(modelText("ispu", "24h")))];
    expect(indicator?.goalposts).toEqual(indexGoalposts("ispu", "pm2_5", 24 * HOUR));
  });

  it.each([
    ["epa_aqi", "1h", "pm2_5", /does not define pm2_5/],
    ["epa_aqi", "24h", "o3", /does not define o3 in ug\/m3/],
    ["aqi", "24h", "pm2_5", /or the name of an index: epa_aqi, ispu, eaqi/],
  ])("is refused for what it does not define: %s of %s of %s", (index, window, metric, message) => {
    expect(() => parseScoreModel(modelText(index, window, metric))).toThrow(message);
  });
});
