import { readFileSync } from "node:fs";
import type { City } from "@kota/model";
import { onTestFinished as cleanup, describe, expect, it } from "vitest";
import {
  CITY,
  HOUR,
  MINUTE,
  NOW,
  openTestPorts,
  reading,
  replacing,
  startTestApi,
  until,
} from "../test-setup.ts";

const SCORE_MODEL = readFileSync(
  new URL("../../../../infra/example-city/scores.yaml", import.meta.url),
  "utf8",
);
const path = (query: Record<string, string | number>, area = "leith") =>
  `/v1/areas/${area}/series?${new URLSearchParams(Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]))}`;

/** A city with so many devices of a kind in Leith, beside those of every test. */
function cityWith(count: number, kind = "air", scoreModel = ""): City {
  const [like] = CITY.devices;
  if (like === undefined) throw new Error("the city of the tests has no device");
  return {
    ...CITY,
    scoreModel,
    devices: [
      ...CITY.devices,
      ...Array.from({ length: count }, (_, n) => ({ ...like, id: `${kind}-x${n}`, kind, area: "leith" })),
    ],
  };
}

describe("a metric of an area over time", () => {
  it("is the median of its devices, each counting the same, and leaves a gap a gap", async () => {
    const at = (step: number, minute = 0) => NOW - 4 * HOUR + step * HOUR + minute * MINUTE;
    const { get } = await startTestApi(cleanup, {
      city: cityWith(3),
      before: async ({ store }) => {
        await store.writeReadings([
          ...[1, 2, 3, 4].map((minute) => reading("air-x0", at(0, minute), { pm2_5: 100 })),
          reading("air-x1", at(0), { pm2_5: 10 }),
          reading("air-x2", at(0), { pm2_5: 20 }),
          // Not of this area.
          reading("bin-1", at(0), { pm2_5: 1000 }),
          reading("air-x1", at(3), { pm2_5: 7 }),
          reading("air-x2", at(3), { pm2_5: 9 }),
        ]);
      },
    });
    const range = { metric: "pm2_5", from: at(0), to: NOW, step: "1h" };
    const { body } = await get(path(range));
    expect(body).toMatchObject({
      ...{
        area: "leith",
        metric: "pm2_5",
        unit: "ug/m3",
        over: "median",
        kinds: null,
        devices: 3,
        step: "1h",
      },
      points: [
        { time: new Date(at(0)).toISOString(), value: 20, min: 10, max: 100, devices: 3, count: 6 },
        { time: new Date(at(3)).toISOString(), value: 8, min: 7, max: 9, devices: 2, count: 2 },
      ],
    });
    expect((await get(path({ ...range, over: "mean" }))).body.points[1].value).toBe(8);
    expect((await get(path({ ...range, over: "max" }))).body.points[0].value).toBe(100);
    expect((await get(path(range, "city"))).body.points[0]).toMatchObject({ devices: 4, value: 60 });
    const csv = (await get(path({ ...range, format: "csv" }))).text.split("\r\n");
    expect(csv.slice(0, 2)).toEqual([
      "time,area,metric,unit,over,value,min,max,devices,count",
      `${new Date(at(0)).toISOString()},leith,pm2_5,ug/m3,median,20,10,100,3,6`,
    ]);
  });

  it("goes over its devices as the score model does, and asks the same kinds", async () => {
    const { get } = await startTestApi(cleanup, {
      city: cityWith(2, "bin", SCORE_MODEL),
      before: async ({ store }) => {
        await store.writeReadings([
          ...[10, 20, 60].map((value, n) =>
            reading(n === 2 ? "bin-2" : `bin-x${n}`, NOW - HOUR, { fill_level: value }),
          ),
          reading("air-1", NOW - HOUR, { fill_level: 100 }),
        ]);
      },
    });
    const { body } = await get(path({ metric: "fill_level", step: "1h" }));
    expect(body).toMatchObject({ over: "mean", kinds: ["bin"], devices: 3, points: [{ value: 30 }] });
  });

  it("takes steps in which its devices send, however rarely they do", async () => {
    const { get } = await startTestApi(cleanup, {
      city: cityWith(6),
      before: async ({ store }) => {
        await store.writeReadings(
          Array.from({ length: 6 * 24 }, (_, n) =>
            // One after the other, each once an hour.
            reading(`air-x${n % 6}`, NOW - n * 10 * MINUTE - MINUTE, { pm10: n % 6 }),
          ),
        );
      },
    });
    const { body } = await get(path({ metric: "pm10" }));
    expect(body.step).toBe("2h");
    for (const { devices, value } of body.points.slice(1, -1)) expect([devices, value]).toEqual([6, 2.5]);
  });

  it("of 10,000 devices comes in longer steps, and says what cannot be had", async () => {
    const { log, store } = await openTestPorts(cleanup);
    const devices = 10_000;
    for (let hour = 1; hour <= 6; hour++) {
      await store.writeReadings(
        Array.from({ length: devices }, (_, n) =>
          reading(`air-x${n}`, NOW - hour * HOUR + (n % 60) * MINUTE, { pm2_5: n / 100 + hour }),
        ),
      );
    }
    let stored = 60_000;
    const { get, problem } = await startTestApi(cleanup, {
      log,
      store: replacing(store, { countReadings: async () => stored }),
      city: cityWith(devices),
    });
    await until(async () => (await get("/v1/devices?limit=1")).status === 200);
    const begun = performance.now();
    const { body } = await get(path({ metric: "pm2_5" }));
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(body).toMatchObject({ devices, step: "2h" });
    expect(body.points.at(-2)).toMatchObject({ devices, count: 2 * devices });

    expect(await problem(path({ metric: "pm2_5", step: "1m" }))).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/more than 500000 steps of the 1000\d devices.*use 30m or more/),
    });
    expect(await problem(path({ metric: "pm2_5", step: "raw" }))).toMatchObject({ status: 400 });
    stored = 3_000_000_000;
    expect(await problem(path({ metric: "pm2_5", from: NOW - 100 * 24 * HOUR }))).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/million readings would have to be gone through.*days of it can be had/),
    });
  }, 60_000);
});
