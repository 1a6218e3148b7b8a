import { readFileSync } from "node:fs";
import { DEVICES, ROLL_UPS } from "@kota/event-log";
import { mergeDevices } from "@kota/model";
import { evaluate, minuteEnd, parseScoreModel, Windows } from "@kota/scoring";
import { afterEach, describe, expect, it } from "vitest";
import { CITY, HOUR, MINUTE, NOW, reading, startTestApi } from "../test-setup.ts";

const scoreModel = readFileSync(
  new URL("../../../../infra/example-city/scores.yaml", import.meta.url),
  "utf8",
);
const city = { ...CITY, scoreModel };
const areas = city.areas.features.map(({ properties }) => properties);

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

async function startWith(tamper: (coverage: number) => number) {
  const readings = Array.from({ length: 80 }, (_, i) =>
    reading("bin-2", NOW - 3 * HOUR + i * MINUTE, { fill_level: 20 + i }),
  );
  const windows = new Windows();
  for (const { device, time, values } of readings)
    windows.getOrCreate(device, "fill_level").add(time, values.fill_level ?? 0);
  return startTestApi((step) => undo.unshift(step), {
    city,
    before: async ({ log, store }) => {
      await store.writeReadings(readings);
      for (let minute = NOW - 3 * HOUR; minute < NOW - 2 * HOUR; minute += 10 * MINUTE) {
        const scores = evaluate(parseScoreModel(scoreModel), windows, areas, city.devices, minuteEnd(minute));
        await store.writeScores(scores.map((score) => ({ ...score, coverage: tamper(score.coverage) })));
      }
      const start = NOW - 3 * HOUR;
      const of = { device: "bin-2", metric: "fill_level", start, count: 60, min: 20, max: 79 };
      const ends = { first: 20, firstTime: start, last: 79, lastTime: start + 59 * MINUTE };
      await log.append(ROLL_UPS, [{ ...of, ...ends, sum: tamper(0) === 0 ? 2970 : 2971 }]);
    },
  });
}

const lines = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("GET /v1/scores/verify", () => {
  it("finds no difference where what is published is what the readings give", async () => {
    const api = await startWith((coverage) => coverage);
    const { text, headers } = await api.get("/v1/scores/verify");
    expect(headers.get("content-type")).toContain("application/x-ndjson");
    expect(lines(text).filter(({ kind }) => kind !== "progress")).toEqual([
      { kind: "done", scores: expect.any(Number), minutes: 6, rollUps: 1, differences: 0 },
    ]);
    expect(lines(text).at(-1).scores).toBeGreaterThan(100);
  });

  it("knows the devices that were registered while kota ran", async () => {
    const [known] = city.devices.filter(({ id }) => id === "bin-2");
    if (known === undefined) throw new Error("the city has no bin-2");
    const added = {
      id: "bin-9",
      device: { ...known, id: "bin-9", name: "Added" },
      version: 1,
      at: NOW - 4 * HOUR,
    };
    const devices = mergeDevices(city.devices, new Map([[added.id, added]]));
    const readings = [
      reading("bin-2", NOW - 3 * HOUR, { fill_level: 20 }),
      reading("bin-9", NOW - 3 * HOUR, { fill_level: 90 }),
    ];
    const windows = new Windows();
    for (const { device, time, values } of readings)
      windows.getOrCreate(device, "fill_level").add(time, values.fill_level ?? 0);
    const api = await startTestApi((step) => undo.unshift(step), {
      city,
      before: async ({ log, store }) => {
        await log.append(DEVICES, [added]);
        await store.writeReadings(readings);
        const at = minuteEnd(NOW - 2 * HOUR);
        await store.writeScores(evaluate(parseScoreModel(scoreModel), windows, areas, devices, at));
      },
    });
    const { text } = await api.get("/v1/scores/verify");
    expect(lines(text).at(-1)).toMatchObject({ kind: "done", minutes: 1, differences: 0 });
  });

  it("names each number that differs, and checks one minute of each step when asked to", async () => {
    const api = await startWith((coverage) => (coverage === 0 ? 1e-16 : coverage));
    const events = lines((await api.get(`/v1/scores/verify?step=1h&from=${NOW - 4 * HOUR}`)).text);
    expect(events.at(-1)).toMatchObject({ kind: "done", minutes: 1, rollUps: 1 });
    const differences = events.filter(({ kind }) => kind === "score" || kind === "roll-up");
    expect(differences).toHaveLength(events.at(-1).differences);
    expect(differences).toContainEqual({
      kind: "score",
      area: "south",
      dimension: "living",
      aspect: null,
      indicator: null,
      minute: "2026-11-24T09:00:00.000Z",
      published: { score: null, value: null, coverage: 1e-16 },
      recomputed: { score: null, value: null, coverage: 0 },
    });
    expect(differences.at(-1)).toMatchObject({
      kind: "roll-up",
      field: "sum",
      published: 2971,
      recomputed: 2970,
    });
  });

  it("refuses more than 31 days", async () => {
    const api = await startWith((coverage) => coverage);
    expect(await api.problem(`/v1/scores/verify?from=${NOW - 40 * 24 * HOUR}`)).toMatchObject({
      status: 400,
    });
  });
});
