import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesTopic } from "./topic-filter.ts";

describe("a topic filter", () => {
  it.each([
    // The examples of MQTT 5.0, section 4.7.1.
    ["sport/tennis/player1/#", "sport/tennis/player1", true],
    ["sport/tennis/player1/#", "sport/tennis/player1/ranking", true],
    ["sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true],
    ["sport/#", "sport", true],
    ["sport/#", "sports", false],
    ["#", "a/b/c", true],
    ["#", "/", true],
    ["#", "sport/tennis", true],
    ["sport/tennis/+", "sport/tennis/player1", true],
    ["sport/tennis/+", "sport/tennis/player1/ranking", false],
    ["sport/+", "sport", false],
    ["sport/+", "sport/", true],
    ["+/+", "/finance", true],
    ["/+", "/finance", true],
    ["+", "/finance", false],
    ["+", "finance", true],
    ["+/tennis/#", "sport/tennis", true],
    // Section 4.7.2.
    ["#", "$SYS/broker/load", false],
    ["#", "$SYS/broker", false],
    ["+/monitor/Clients", "$SYS/monitor/Clients", false],
    ["$SYS/#", "$SYS/broker/load", true],
    ["$SYS/#", "$SYS/broker", true],
    ["$SYS/monitor/+", "$SYS/monitor/Clients", true],
    ["a/b", "a/b", true],
    ["a/b", "a/B", false],
    ["Sport", "sport", false],
    ["a/b", "a/b/", false],
    ["a/b/", "a/b", false],
    ["a/b", "a", false],
    ["+/#", "a", true],
    ["a/+/c", "a//c", true],
    ["", "", true],
    ["", "a", false],
    ["a", "", false],
  ])("%s for the topic %s: %s", (filter, topic, expected) => {
    expect(matchesTopic(filter, topic)).toBe(expected);
  });

  it("is one of several: any of them is enough", () => {
    const filters = ["tele/+/SENSOR", "shellies/#"];
    const matches = (topic: string) => filters.some((filter) => matchesTopic(filter, topic));
    expect(["tele/pow1/SENSOR", "shellies/x/relay", "tele/pow1/STATE"].map(matches)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("agrees with a comparison level by level", () => {
    const level = fc.constantFrom("", "a", "b", "ab", "$x");
    const topic = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join("/"));
    const filter = fc
      .tuple(fc.array(fc.oneof(level, fc.constant("+")), { maxLength: 4 }), fc.boolean())
      .map(([levels, open]) => (open || levels.length === 0 ? [...levels, "#"] : levels).join("/"));
    fc.assert(
      fc.property(filter, topic, (f, t) => {
        expect(matchesTopic(f, t)).toBe(byLevels(f.split("/"), t.split("/")));
      }),
      { numRuns: 2000 },
    );
  });
});

function byLevels(filter: string[], topic: string[]): boolean {
  if (topic[0]?.startsWith("$") && (filter[0] === "+" || filter[0] === "#")) return false;
  const open = filter.at(-1) === "#";
  const fixed = open ? filter.slice(0, -1) : filter;
  if (open ? topic.length < fixed.length : topic.length !== fixed.length) return false;
  return fixed.every((level, index) => level === "+" || level === topic[index]);
}
