import type { TimeSeriesStore } from "@kota/time-series";
import { onTestFinished as cleanup, describe, expect, it } from "vitest";
import { HOUR, MINUTE, NOW, openTestPorts, reading, startTestApi } from "../test-setup.ts";

const AT = NOW - 2 * 24 * HOUR;

describe("what needed attention at a moment of the past", () => {
  it("is found again in the stored readings, the most pressing first, with the evidence of the day before", async () => {
    const { get, problem } = await startTestApi(cleanup, {
      before: async ({ store }) => {
        await store.writeReadings([
          ...Array.from({ length: 24 }, (_, hour) =>
            reading("air-1", AT - (hour + 1) * HOUR + 5 * MINUTE, { pm2_5: 31 }),
          ),
          reading("bin-1", AT - 2 * HOUR, { fill_level: 60 }),
          reading("bin-1", AT - HOUR, { fill_level: 84 }),
          // After the moment: it was not known then.
          reading("bin-2", AT + HOUR, { fill_level: 99 }),
          reading("bin-1", AT + HOUR, { fill_level: 5 }),
        ]);
      },
    });
    const { status, body } = await get(`/v1/findings?at=${AT}`);
    expect(status).toBe(200);
    expect(body.findings).toMatchObject([
      {
        ...{ id: "air:pm2_5:air-1", reason: "air", severity: 3, device: "air-1" },
        facts: { metric: "pm2_5", mean: 31, meanHours: 24, meanIsWhole: true, limit: 15 },
      },
      {
        ...{ id: "bin:bin-1", reason: "bin", severity: 2, deviceName: "Name of bin-1" },
        facts: { value: 84, crossedSince: new Date(AT - HOUR).toISOString(), crossedBefore: false },
      },
      { id: "never:bin-2" },
    ]);
    expect(body.notAsked).toBe(0);
    const area = body.findings[0].area;
    const inArea = (await get(`/v1/findings?at=${AT}&area=${area}`)).body.findings;
    expect(inArea.every((one: { area: string }) => one.area === area)).toBe(true);
    expect(await problem(`/v1/findings?at=${NOW + HOUR}`)).toMatchObject({ status: 400 });
    expect(await problem("/v1/findings")).toMatchObject({ status: 400 });
  });

  it("asks the store for thousands of air stations in a few questions, however many look at the moment", async () => {
    const { log, store } = await openTestPorts(cleanup);
    const stations = Array.from({ length: 3000 }, (_, n) => `station-${n}`);
    for (const hour of [1, 2, 3]) {
      await store.writeReadings(
        stations.map((device, n) =>
          reading(device, AT - hour * HOUR + 10 * MINUTE, { pm2_5: 20 + (n % 50) }),
        ),
      );
    }
    const questions: unknown[] = [];
    const counting: TimeSeriesStore = new Proxy(store, {
      get: (target, name) => {
        const member = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (query: { to?: number } | undefined) => {
          // What is asked of the present is the watch's own.
          if (query?.to === AT) questions.push(name);
          return member.call(target, query);
        };
      },
    });
    const { get } = await startTestApi(cleanup, { log, store: counting });
    const [first, second] = await Promise.all([get(`/v1/findings?at=${AT}`), get(`/v1/findings?at=${AT}`)]);
    expect(first?.body.findings.filter(({ reason }: { reason: string }) => reason === "air")).toHaveLength(
      3000,
    );
    expect(second?.body).toEqual(first?.body);
    expect(new Set(questions)).toEqual(new Set(["stepsOfDevices"]));
    expect(questions.length).toBeLessThan(10);
  });
});
