import { describe, expect, it } from "vitest";
import { createTopicMatcher } from "./topic-filter.ts";

describe("a topic filter", () => {
  // The examples of the MQTT 5 specification, section 4.7.
  it.each([
    ["sport/tennis/player1/#", "sport/tennis/player1", true],
    ["sport/tennis/player1/#", "sport/tennis/player1/ranking", true],
    ["sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true],
    ["sport/#", "sport", true],
    ["#", "sport/tennis", true],
    ["sport/tennis/+", "sport/tennis/player1", true],
    ["sport/tennis/+", "sport/tennis/player1/ranking", false],
    ["sport/+", "sport", false],
    ["sport/+", "sport/", true],
    ["+/+", "/finance", true],
    ["/+", "/finance", true],
    ["+", "/finance", false],
    ["#", "$SYS/broker", false],
    ["+/monitor/Clients", "$SYS/monitor/Clients", false],
    ["$SYS/#", "$SYS/broker", true],
    ["Sport", "sport", false],
  ])("%s and the topic %s: %s", (filter, topic, expected) => {
    expect(createTopicMatcher([filter])(topic)).toBe(expected);
  });

  it("is one of several: any of them is enough", () => {
    const matches = createTopicMatcher(["tele/+/SENSOR", "shellies/#"]);
    expect(["tele/pow1/SENSOR", "shellies/x/relay", "tele/pow1/STATE"].map(matches)).toEqual([
      true,
      true,
      false,
    ]);
  });
});
