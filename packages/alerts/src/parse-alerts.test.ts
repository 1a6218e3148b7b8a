import { KotaError } from "@kota/model";
import { describe, expect, it } from "vitest";
import { parseAlerts } from "./parse-alerts.ts";

const known = { areas: new Set(["leith"]), model: null };
const small = `channels:
  ops: { mqtt: {} }
rules:
  full:
    title: Bin is full
    metric: fill_level
    kinds: [bin]
    above: 90
    clear: 80
    for: 10m
    channels: [ops]
    message: "{device} is {value} full"
`;

function problems(text: string): string[] {
  try {
    parseAlerts(text, known);
  } catch (error) {
    if (!(error instanceof KotaError)) throw error;
    expect(error.code).toBe("alerts_invalid");
    return error.message.split("\n  ").slice(1);
  }
  return [];
}

describe("parsing alerts", () => {
  it("fills in what the text leaves to the defaults", () => {
    expect(parseAlerts(small, known)).toEqual({
      page: null,
      language: "en",
      maintenance: [],
      channels: [
        {
          id: "ops",
          target: { by: "mqtt", topic: "kota/alerts", url: null, username: null, passwordFile: null },
          gatherMs: 15_000,
          everyMs: 60_000,
        },
      ],
      rules: [
        {
          id: "full",
          title: "Bin is full",
          measure: { of: "metric", metric: "fill_level" },
          kinds: ["bin"],
          areas: null,
          devices: null,
          side: "above",
          threshold: 90,
          clear: 80,
          forMs: 600_000,
          severity: "warning",
          noDataAfterMs: 21_600_000,
          tellNoData: false,
          channels: ["ops"],
          message: "{device} is {value} full",
          work: false,
        },
      ],
    });
    expect(parseAlerts("", known).rules).toEqual([]);
  });

  it("reads rules on silence, scores, indices, the ledger and kota itself", () => {
    const { rules } = parseAlerts(
      `rules:
  silent: { title: Silent, silence: 2h, areas: [leith] }
  air: { title: Air, score: living/air/pm, part: value, below: 40 }
  heat: { title: Heat, index: heat_index, above: 41 }
  missing: { title: Missing, ledger: difference, above: 0, kinds: [air] }
  behind: { title: Behind, kota: lag, above: 10000 }
`,
      known,
    );
    expect(rules.map(({ measure, threshold }) => [measure.of, threshold])).toEqual([
      ["silence", 7_200_000],
      ["score", 40],
      ["index", 41],
      ["ledger", 0],
      ["kota", 10_000],
    ]);
    expect(rules.find(({ id }) => id === "missing")).toMatchObject({ noDataAfterMs: null, kinds: ["air"] });
  });

  it.each([
    [
      "a metric that is none",
      "metric: fill_level",
      "metric: fill",
      "line 6, rules.full.metric: the metric catalogue has no 'fill'",
    ],
    ["a key that is none", "for: 10m", "fore: 10m", "line 10, rules.full.fore: there is no such key"],
    ["a duration", "for: 10m", "for: ten", "line 10, rules.full.for: expected a duration"],
    [
      "a limit on the wrong side",
      "clear: 80",
      "clear: 95",
      "line 9, rules.full.clear: with 'above: 90' it is over at 90 or below",
    ],
    ["two thresholds", "clear: 80", "below: 10", "line 9, rules.full.below: give a threshold"],
    [
      "a channel that is none",
      "channels: [ops]",
      "channels: [me]",
      "line 11, rules.full.channels: there is no channel 'me'; there are ops",
    ],
    [
      "a placeholder that is none",
      "{value}",
      "{fill}",
      "line 12, rules.full.message: there is no placeholder {fill}",
    ],
    ["two subjects", "kinds: [bin]", "silence: 2h", "line 7, rules.full.silence: a rule is about one of"],
    [
      "missing data of the ledger",
      "metric: fill_level",
      "ledger: difference\n    noData: { after: 1h }",
      "rules.full.noData: what the ledger says is never too old",
    ],
    [
      "an area that is none",
      "kinds: [bin]",
      "areas: [nowhere]",
      "line 7, rules.full.areas.0: the city has no area 'nowhere'",
    ],
    [
      "a topic that devices use",
      "mqtt: {}",
      "mqtt: { topic: tele/x }",
      "line 2, channels.ops.mqtt.topic: the topic is 'kota/alerts'",
    ],
    [
      "a channel of two kinds",
      "mqtt: {}",
      'mqtt: {}, webhook: { url: "http://x" }',
      "line 2, channels.ops: a channel has exactly one",
    ],
  ])("names the line and the key of %s", (_name, from, to, problem) => {
    expect(problems(small.replace(from, to)).join("\n")).toContain(problem);
  });

  it("checks a score against the score model's dimensions, and times for their zone", () => {
    expect(problems("rules:\n  a: { title: A, score: garden, below: 40 }\n")[0]).toMatch(
      /^line 2, rules\.a\.score/,
    );
    expect(
      problems("maintenance:\n  a: { title: A, from: 2026-12-01, to: 2026-12-02T00:00:00Z }\n")[0],
    ).toMatch(/^line 2, maintenance\.a\.from: expected a time with its zone/);
  });
});
