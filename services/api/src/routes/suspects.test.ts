import { readFile } from "node:fs/promises";
import { READINGS, REJECTIONS } from "@kota/event-log";
import type { City } from "@kota/model";
import { onTestFinished as cleanup, describe, expect, it } from "vitest";
import {
  CITY,
  HOUR,
  MINUTE,
  NOW,
  openTestPorts,
  reading,
  rejection,
  startTestApi,
  type TestApi,
  until,
} from "../test-setup.ts";

const EXAMPLE_MODEL = new URL("../../../../infra/example-city/scores.yaml", import.meta.url);

/** The test city with the quality rules of the example city, and five air stations and a microphone in one area. */
async function cityWithRules(): Promise<City> {
  const [like] = CITY.devices;
  if (like === undefined) throw new Error("the test city has no devices");
  const device = (id: string, kind: string) => ({ ...like, id, name: id, kind, adapter: null });
  return {
    ...CITY,
    scoreModel: await readFile(EXAMPLE_MODEL, "utf8"),
    devices: [...[1, 2, 3, 4, 5].map((n) => device(`pm-${n}`, "air")), device("mic", "noise")],
  };
}

async function watching(ports?: Pick<TestApi, "log" | "store">, time = { now: NOW }) {
  const api = await startTestApi(cleanup, {
    ...(ports ?? (await openTestPorts(cleanup))),
    city: await cityWithRules(),
    clock: () => time.now,
    watching: { everyMs: 20, settlingMs: 0 },
  });
  /** A value every five minutes, the last one now; in the log and in the time series. */
  async function send(device: string, metric: string, values: readonly number[], everyMs = 5 * MINUTE) {
    const readings = values.map((value, index) =>
      reading(device, time.now - (values.length - 1 - index) * everyMs, { [metric]: value }),
    );
    await api.store.writeReadings(readings);
    await api.log.append(READINGS, readings);
  }
  const item = async (about: string) =>
    (await api.get(`/v1/work/${encodeURIComponent(`suspect:${about}`)}`)).body;
  const becomes = (about: string, status: string) => until(async () => (await item(about)).status === status);
  return { ...api, time, send, item, becomes };
}

describe("suspect sensors on the work list", () => {
  it("are there with what speaks against them, until an hour is in order again", async () => {
    const city = await watching();
    await city.send("mic", "noise_laeq", [50, 10, 11, 12, 50]);
    await city.becomes("noise_laeq:mic", "open");
    expect(await city.item("noise_laeq:mic")).toMatchObject({
      reason: "suspect",
      device: "mic",
      severity: 2,
      facts: { flag: "range", metric: "noise_laeq", value: 12, count: 3, of: 5 },
    });
    city.time.now += 66 * MINUTE;
    await city.send("mic", "noise_laeq", [50, 51, 52]);
    await city.becomes("noise_laeq:mic", "closed");
  });

  it("are known after a restart by what is stored, be it of hours ago", async () => {
    const first = await watching();
    const flat = Array(50).fill(7);
    await first.send("pm-1", "pm2_5", [3, ...flat], 10 * MINUTE);
    await first.becomes("pm2_5:pm-1", "open");
    expect((await first.item("pm2_5:pm-1")).facts).toMatchObject({ flag: "stuck", value: 7 });
    await first.api.stop();
    const second = await watching(first, first.time);
    await second.send("mic", "noise_laeq", [10]);
    await second.becomes("noise_laeq:mic", "open");
    expect(await second.item("pm2_5:pm-1")).toMatchObject({ status: "open", episodes: [{ to: null }] });
    second.time.now += MINUTE;
    await second.send("pm-1", "pm2_5", [8]);
    await second.becomes("pm2_5:pm-1", "closed");
  });

  it("are those that measure something else than all around them", async () => {
    const city = await watching();
    for (const [device, value] of [10, 11, 12, 10, 400].entries()) {
      await city.send(`pm-${device + 1}`, "pm2_5", [value, value + 1]);
    }
    await city.becomes("pm2_5:pm-5", "open");
    expect(await city.item("pm2_5:pm-5")).toMatchObject({
      severity: 1,
      facts: { flag: "neighbours", value: 400.5, limit: 11.5 },
    });
    expect((await city.get("/v1/work")).body.items.map(({ reason }: { reason: string }) => reason)).toEqual(
      expect.arrayContaining(["suspect"]),
    );
    expect((await city.item("pm2_5:pm-1")).status).toBe(404);
  });

  it("are those whose messages are refused for their clock, and no strangers", async () => {
    const city = await watching();
    const refused = (device: string, n: number, ago: number) =>
      rejection(`${device}-${n}`, { code: "time_in_future", device, time: city.time.now - ago });
    await city.send("mic", "noise_laeq", [50]);
    await city.log.append(
      REJECTIONS,
      ["mic", "stranger"].flatMap((device) => [1, 2, 3].map((n) => refused(device, n, n * MINUTE))),
    );
    await city.becomes("clock:mic", "open");
    expect((await city.item("clock:mic")).facts).toMatchObject({ flag: "clock_ahead", count: 3 });
    expect((await city.item("clock:stranger")).status).toBe(404);
    city.time.now += HOUR + MINUTE;
    await city.becomes("clock:mic", "closed");
  });
});
