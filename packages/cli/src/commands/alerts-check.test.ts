import { readFileSync } from "node:fs";
import { parseAlerts } from "@kota/alerts";
import type { WatchedDevice } from "@kota/attention";
import { loadCity } from "@kota/runtime";
import { parseScoreModel } from "@kota/scoring";
import { describe, expect, it } from "vitest";
import { EXAMPLE_CITY } from "../settings.ts";
import { judgeNow } from "./alerts-check.ts";

const now = Date.parse("2026-11-24T12:00:00Z");
const bin = (id: string, fill: number, hoursAgo = 0): WatchedDevice => {
  const time = new Date(now - hoursAgo * 3_600_000).toISOString();
  return {
    id,
    name: id,
    kind: "bin",
    adapter: null,
    origin: "live",
    area: "leith",
    registered: true,
    retired: false,
    lastSeen: time,
    latest: { fill_level: { value: fill, time } },
  };
};

describe("the alerts of the example city", () => {
  const city = loadCity(EXAMPLE_CITY);
  const alerts = parseAlerts(readFileSync(`${EXAMPLE_CITY}/alerts.yaml`, "utf8"), {
    areas: new Set(city.areas.features.map(({ properties }) => properties.id)),
    model: parseScoreModel(city.scoreModel),
  });

  it("can be used, and are delivered over MQTT", () => {
    expect(alerts.rules.length).toBeGreaterThan(5);
    expect(alerts.channels.map(({ target }) => target.by)).toEqual(["mqtt"]);
  });

  it("are judged as they would be if what is now stayed so", () => {
    const [overflowing] = judgeNow(alerts, {
      devices: [bin("a", 97), bin("b", 20), bin("c", 97, 72)],
      scores: [],
      areaNames: new Map(),
      missing: null,
      lag: [],
      hours: () => undefined,
      now,
    });
    expect(overflowing?.seen).toBe(3);
    expect(overflowing?.wouldFire.map(({ subject }) => subject)).toEqual(["a"]);
    expect(overflowing?.noData.map(({ subject }) => subject)).toEqual(["c"]);
  });
});
