import { readFileSync } from "node:fs";
import { KotaError } from "@kota/model";
import { describe, expect, it } from "vitest";
import { parseScoreModel } from "./parse-score-model.ts";
import { indicatorsOf } from "./score-model.ts";

const shipped = readFileSync(new URL("../../../infra/example-city/scores.yaml", import.meta.url), "utf8");

const small = `version: 1
dimensions:
  living:
    aspects:
      air:
        title: Air
        indicators:
          pm:
            title: PM2.5
            metric: pm2_5
            window: 24h
            overTime: mean
            overDevices: median
            unit: ug/m3
            goalposts: [[5, 100], [15, 85]]
            source: editorial
`;

function problems(text: string): string[] {
  try {
    parseScoreModel(text);
  } catch (error) {
    if (!(error instanceof KotaError)) throw error;
    expect(error.code).toBe("score_model_invalid");
    return error.message.split("\n  ").slice(1);
  }
  return [];
}

describe("the score model of the example city", () => {
  const model = parseScoreModel(shipped);

  it("has indicators for all six dimensions; no sensor measures the last four", () => {
    const counts = Object.fromEntries(
      model.dimensions.map(({ id, aspects }) => [id, aspects.flatMap((aspect) => aspect.indicators).length]),
    );
    expect(counts).toEqual({
      environment: 6,
      living: 5,
      governance: 4,
      branding: 3,
      economy: 4,
      community: 4,
    });
    const measured = model.dimensions.filter(({ aspects }) =>
      aspects.some(({ indicators }) => indicators.some(({ from }) => from === undefined)),
    );
    expect(measured.map(({ id }) => id)).toEqual(["environment", "living"]);
  });

  it("names a source for every indicator", () => {
    for (const indicator of indicatorsOf(model)) expect(indicator.source).not.toBe("");
  });
});

describe("parsing a score model", () => {
  it("fills in what the text leaves to the defaults", () => {
    const model = parseScoreModel(small);
    expect(model).toMatchObject({
      version: "1",
      cityWeight: "population",
      coverage: { minimum: 0.5, ok: 0.75 },
    });
    expect(model.dimensions.map((dimension) => dimension.id)).toEqual([
      "environment",
      "living",
      "governance",
      "branding",
      "economy",
      "community",
    ]);
    expect(indicatorsOf(model)).toEqual([
      {
        id: "pm",
        title: "PM2.5",
        metric: "pm2_5",
        kinds: null,
        windowMs: 86_400_000,
        overTime: "mean",
        overDevices: { by: "median" },
        unit: "ug/m3",
        goalposts: [
          [5, 100],
          [15, 85],
        ],
        weight: 1,
        minDevices: 1,
        minCoverage: 0.5,
        everyMs: 3_600_000,
        source: "editorial",
      },
    ]);
  });

  it("lists every problem with its line and key", () => {
    const text = small
      .replace("metric: pm2_5", "metric: pm25")
      .replace("window: 24h", "window: 1 day")
      .replace("source: editorial", "sauce: editorial");
    expect(problems(`${text}colour: red\n`)).toEqual([
      expect.stringMatching(/^line 8, dimensions\.living\.aspects\.air\.indicators\.pm\.source: /),
      expect.stringMatching(
        /^line 10, dimensions\.living\.aspects\.air\.indicators\.pm\.metric: the metric catalogue has no 'pm25'/,
      ),
      expect.stringMatching(/^line 11, .*\.window: expected a duration such as/),
      expect.stringMatching(/^line 16, .*\.sauce: there is no such key/),
      "line 17, colour: there is no such key",
    ]);
  });

  it.each([
    [
      "a unit that is not the metric's",
      "unit: ug/m3",
      "unit: mg/m3",
      "line 14",
      "expected 'ug/m3', got 'mg/m3'",
    ],
    ["goalposts out of order", "[[5, 100], [15, 85]]", "[[5, 100], [5, 85]]", "line 15", "5 comes after 5"],
    ["a score above 100", "[15, 85]", "[15, 850]", "line 15", "100"],
    ["one goalpost", "[[5, 100], [15, 85]]", "[[5, 100]]", "line 15", "at least two"],
    ["part of an hour in a long window", "window: 24h", "window: 90m", "line 11", "whole hours"],
    ["an increase of a gauge", "overTime: mean", "overTime: increase", "line 12", "is for counters"],
    ["the mean of a counter", "metric: pm2_5", "metric: energy_total", "line 12", "is a counter"],
    [
      "levels of what is not in decibels",
      "overTime: mean",
      "overTime: level_mean",
      "line 12",
      "is for decibels",
    ],
    ["a last value without validity", "overTime: mean", "overTime: last", "line 11", "remove `window`"],
    [
      "a weight of nothing",
      "source: editorial",
      "weight: 0\n            source: editorial",
      "line 16",
      "above 0",
    ],
    ["an id that is no id", "          pm:", "          PM 2.5:", "line 8", "lower-case"],
    [
      "both names of one dimension",
      "  living:",
      "  community: {}\n  society: {}\n  living:",
      "line 4",
      "another name",
    ],
    [
      "other aspects of the environment",
      "  living:",
      "  environment:",
      "line 5",
      "protection, waste, energy",
    ],
    [
      "limits the wrong way round",
      "version: 1",
      "version: 1\ncoverage: { minimum: 0.9 }",
      "line 2",
      "not above",
    ],
    ["a key twice", "version: 1", "version: 1\nversion: 2", "line 2", "unique"],
  ])("refuses %s", (_what, from, to, line, message) => {
    const text = small.replace(from, to);
    expect(text).not.toBe(small);
    expect(problems(text)).toContainEqual(expect.stringMatching(new RegExp(`^${line}[,:].*${message}`)));
  });

  it("takes society for community", () => {
    const model = parseScoreModel(small.replace("living:", "society:"));
    expect(model.dimensions.find(({ id }) => id === "community")?.aspects).toHaveLength(1);
  });

  it("gives the same hash for the same model however it is laid out, and another for another", () => {
    const { hash } = parseScoreModel(small);
    expect(hash).toMatch(/^[0-9a-f]{12}$/);
    const twoAspects = `${small}      noise: { title: Noise }\n      calm: { title: Calm }\n`;
    const swapped = `${small}      calm: { title: Calm }\n      noise: { title: Noise }\n`;
    expect(parseScoreModel(`# a comment\n${small}`).hash).toBe(hash);
    expect(parseScoreModel(twoAspects).hash).toBe(parseScoreModel(swapped).hash);
    expect(parseScoreModel(twoAspects).hash).not.toBe(hash);
    expect(parseScoreModel(small.replace("[15, 85]", "[15, 86]")).hash).not.toBe(hash);
  });
});

describe("quality rules", () => {
  const withRules = (rules: string) => `version: 1\nquality:\n  ${rules}\ndimensions: {}\n`;

  it("are off unless stated, and change the hash when they are", () => {
    const plain = parseScoreModel("version: 1\ndimensions: {}");
    expect(plain.quality).toEqual({});
    const ruled = parseScoreModel(
      withRules("pm2_5: { range: [0, 500], stuck: { for: 3h }, neighbours: { z: 6, spread: 5 } }"),
    );
    expect(ruled.quality).toEqual({
      pm2_5: {
        range: [0, 500],
        rate: null,
        stuck: { forMs: 3 * 3_600_000, readings: 3 },
        silenceMs: null,
        neighbours: { z: 6, devices: 5, spread: 5 },
      },
    });
    expect(ruled.hash).not.toBe(plain.hash);
  });

  it.each([
    ["dust: { range: [0, 1] }", /line 3, quality\.dust: the metric catalogue has no 'dust'/],
    ["pm2_5: { range: [5, 1] }", /line 3, quality\.pm2_5\.range: the first value/],
    ["pm2_5: { rate: { most: 3 } }", /line 3, quality\.pm2_5\.rate/],
    ["pm2_5: { neighbours: { z: 3 } }", /line 3, quality\.pm2_5\.neighbours/],
    ["pm2_5: { stuk: 3h }", /quality\.pm2_5\.stuk: there is no such key/],
  ])("refuse %s with the line and the key", (rules, message) => {
    expect(() => parseScoreModel(withRules(rules))).toThrow(message);
  });
});

describe("an indicator from reports", () => {
  const text = (keys: string) => `version: 1
dimensions:
  economy:
    aspects:
      work:
        title: Work
        indicators:
          jobless:
            title: Jobless
            from: reports
            unit: "%"
            goalposts: [[0, 100], [20, 0]]
            source: editorial
${keys}`;

  it("has a scope and a validity", () => {
    expect(
      indicatorsOf(parseScoreModel(text("            validity: 400d\n            scope: city\n"))),
    ).toEqual([
      {
        from: "reports",
        id: "jobless",
        title: "Jobless",
        scope: "city",
        validityMs: 400 * 86_400_000,
        unit: "%",
        goalposts: [
          [0, 100],
          [20, 0],
        ],
        weight: 1,
        source: "editorial",
      },
    ]);
  });

  it.each([
    ["without validity", "", "line 8, dimensions.economy.aspects.work.indicators.jobless.validity:"],
    [
      "with what only a measured one has",
      "            validity: 1d\n            metric: pm2_5\n",
      "jobless.metric: there is no such key",
    ],
    ["of neither kind", "            validity: 1d\n            from: rumours\n", "must be unique"],
    [
      "with an id that another has",
      "            validity: 1d\n      more:\n        title: More\n        indicators:\n          jobless: { title: Jobless, from: reports, validity: 1d, unit: '%', goalposts: [[0, 100], [20, 0]], source: editorial }\n",
      "two reported indicators are called 'jobless'",
    ],
  ])("is refused %s", (_what, keys, problem) => {
    expect(() => parseScoreModel(text(keys))).toThrow(problem);
  });

  it("leaves the hash of a model without reports as it is", () => {
    const model = (more: string) =>
      parseScoreModel(`version: 1
dimensions:
  living:
    aspects:
      air:
        title: Air
        indicators:
          pm: { title: PM, ${more} metric: pm2_5, window: 1h, overTime: mean, overDevices: mean, unit: ug/m3, goalposts: [[0, 100], [9, 0]], source: editorial }
`).hash;
    expect(model("from: readings,")).toBe(model(""));
    expect(model("accuracy: B,")).not.toBe(model(""));
  });
});
