import type { Reading } from "@kota/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOUR, MINUTE, NOW, reading, startTestApi, type TestApi } from "../test-setup.ts";

const undo: (() => unknown)[] = [];
let api: TestApi;
const readings: Reading[] = [];
// Fills by 4 points an hour and is emptied at 80: 60 now, so full in 10 hours.
for (let time = NOW - 75 * HOUR; time <= NOW; time += 15 * MINUTE)
  readings.push(reading("bin-1", time, { fill_level: (((time - NOW + 75 * HOUR) / HOUR) * 4) % 80 }));
readings.push(reading("bin-2", NOW - 10 * MINUTE, { fill_level: 30 }));
beforeAll(async () => {
  api = await startTestApi((step) => undo.unshift(step), {
    before: async ({ store }) => {
      await store.writeReadings(readings);
    },
  });
});
afterAll(async () => {
  for (const step of undo) await step();
});

describe("GET /v1/forecasts", () => {
  it("says when each bin is full, the soonest first, with the error of its past forecasts", async () => {
    const { body } = await api.get("/v1/forecasts?metric=fill_level");
    expect(body).toMatchObject({ at: "2026-11-24T12:00:00.000Z", metric: "fill_level", pending: 0 });
    expect(body.forecasts).toMatchObject([
      { device: "bin-1", name: "Name of bin-1", area: "south", state: "filling", value: 60, emptyings: 3 },
      {
        device: "bin-2",
        state: "too_little_history",
        ...{ value: 30, ratePerHour: null, hours: null, fullAt: null, error: null, emptiedAt: null },
      },
    ]);
    const [soonest] = body.forecasts;
    expect(soonest.ratePerHour).toBeCloseTo(4, 6);
    expect(soonest.hours).toBeCloseTo(10, 6);
    expect(Date.parse(soonest.fullAt)).toBeCloseTo(NOW + 10 * HOUR, -3);
    expect(soonest.error.forecasts).toBeGreaterThanOrEqual(8);
    expect(soonest.error.medianHours).toBeLessThan(0.6);
  });

  it("gives those of an area or of one device, for its page", async () => {
    const idsOf = async (query: string) =>
      (await api.get(`/v1/forecasts?${query}`)).body.forecasts.map(
        ({ device }: { device: string }) => device,
      );
    expect(await idsOf("area=leith")).toEqual(["bin-2"]);
    expect(await idsOf("device=bin-1")).toEqual(["bin-1"]);
    expect(await idsOf("limit=1")).toEqual(["bin-1"]);
    expect(await idsOf("device=air-1")).toEqual([]);
  });

  it("refuses a device that there is not, and a metric without a forecast", async () => {
    expect(await api.problem("/v1/forecasts?device=nobody")).toMatchObject({ status: 404 });
    expect(await api.problem("/v1/forecasts?metric=pm2_5")).toMatchObject({ status: 400 });
  });
});
