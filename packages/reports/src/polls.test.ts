import { describe, expect, it } from "vitest";
import { parsePolls } from "./polls.ts";
import type { ReportRules } from "./report-rules.ts";

const rules: ReportRules = {
  indicators: new Map([
    ["requests_in_time", { unit: "%", scope: "city" }],
    ["days_to_close", { unit: "d", scope: "area" }],
  ]),
  areas: new Set(["leith"]),
  timeZone: "UTC",
  maxFutureMs: 0,
};

const OPEN311 = `polls:
  requests:
    kind: open311
    url: https://city.example/open311/v2
    every: 1h
    author: Citizen service
    source: Open311
    quality: B
    evidence: https://city.example/open311
    indicators: { share_in_time: requests_in_time, median_days_to_close: days_to_close }
`;

describe("polls.yaml", () => {
  it("names sources with how often they are asked and what they report", () => {
    expect(parsePolls(OPEN311, rules)).toMatchObject([
      {
        id: "requests",
        kind: "open311",
        every: 3_600_000,
        timeout: 20_000,
        window: 30 * 86_400_000,
        most: 1000,
        least: 5,
      },
    ]);
    expect(parsePolls("", rules)).toEqual([]);
  });

  it.each([
    [OPEN311.replace("1h", "1s"), "line 5, polls.requests.every: ask at most once a minute"],
    [
      OPEN311.replace("https://city.example/open311/v2", "ftp://x"),
      "line 4, polls.requests.url: expected the http address of a GeoReport v2 server",
    ],
    [
      OPEN311.replace("requests_in_time", "days_to_close"),
      "line 10, polls.requests.indicators.share_in_time: 'days_to_close' is in 'd', and this gives '%'",
    ],
    [
      OPEN311.replace("days_to_close }", "nothing }"),
      "line 10, polls.requests.indicators.median_days_to_close: the score model has no reported indicator 'nothing'; it has requests_in_time, days_to_close",
    ],
    [
      OPEN311.replace(/ {4}evidence.*\n/, ""),
      "line 8, polls.requests.quality: class B needs `evidence`, an https link; without one it is D",
    ],
    [OPEN311.replace("every", "often"), "line 5, polls.requests.often: there is no such key"],
    [
      OPEN311.replace("open311\n    url", "rss\n    url"),
      "line 3, polls.requests.kind: expected kind: open311 or json",
    ],
  ])("is refused with line and key (%#)", (text, problem) => {
    expect(() => parsePolls(text, rules)).toThrow(problem);
  });

  it("wants an area that fits the indicator of a JSON source", () => {
    const json = `polls:
  days:
    kind: json
    url: http://127.0.0.1/x.json
    every: 1d
    author: a
    source: b
    quality: D
    indicator: days_to_close
    unit: d
    value: /median
`;
    expect(() => parsePolls(json, rules)).toThrow("line 2, polls.days.area: the city has no area 'city'");
    expect(parsePolls(`${json}    area: leith\n`, rules)).toMatchObject([{ area: "leith", factor: 1 }]);
  });
});
