import { READINGS } from "@kota/event-log";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, HOUR, MINUTE, NOW, reading, startTestApi, type TestApi, until } from "../test-setup.ts";

const undo: (() => unknown)[] = [];
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi((step) => undo.unshift(step), {
    before: async ({ store }) => {
      await store.writeReadings([
        reading("bin-2", NOW - HOUR, { fill_level: 40, battery: 90 }),
        reading("bin-2", NOW - 2 * HOUR, { fill_level: 30, temperature: -2.5 }),
        reading("plug/1", NOW - MINUTE, { power: 12 }),
      ]);
    },
  });
});
afterAll(async () => {
  for (const step of undo) await step();
});

interface Page {
  readonly devices: readonly { readonly id: string }[];
  readonly nextCursor: string | null;
}

const ids = (body: Page) => body.devices.map(({ id }) => id);

describe("the devices", () => {
  it("are those of the registry and those that were seen, by id", async () => {
    const { status, body } = await api.get("/v1/devices");
    expect(status).toBe(200);
    expect(ids(body)).toEqual(["air-1", "bin-1", "bin-2", "plug/1"]);
    expect(body.nextCursor).toBeNull();
    expect(body.devices[2]).toEqual({
      id: "bin-2",
      name: "Name of bin-2",
      kind: "bin",
      registered: true,
      retired: false,
      version: 0,
      area: "leith",
      lat: 55.95,
      lon: -3.05,
      movedAt: null,
      origin: "recorded",
      attribution: "Council, OGL 3.0",
      adapter: "the-things-stack",
      lastSeen: "2026-11-24T11:00:00.000Z",
      perHour: null,
      latest: {
        fill_level: { value: 40, unit: "%", time: "2026-11-24T11:00:00.000Z" },
        battery: { value: 90, unit: "%", time: "2026-11-24T11:00:00.000Z" },
        temperature: { value: -2.5, unit: "Cel", time: "2026-11-24T10:00:00.000Z" },
      },
    });
    expect(body.devices[3]).toMatchObject({
      name: "plug/1",
      kind: null,
      registered: false,
      area: null,
      origin: null,
      latest: { power: { value: 12, unit: "W" } },
    });
  });

  it.each([
    ["area=leith", ["air-1", "bin-2"]],
    ["area=city", ["air-1", "bin-1", "bin-2", "plug/1"]],
    ["kind=bin", ["bin-1", "bin-2"]],
    ["kind=bin&area=south", ["bin-1"]],
    ["origin=simulated", ["air-1"]],
    ["kind=nothing", []],
  ])("with ?%s are %j", async (query, expected) => {
    expect(ids((await api.get(`/v1/devices?${query}`)).body)).toEqual(expected);
  });

  it("come page by page, each once, over the cursor or the link", async () => {
    const seen: string[] = [];
    let path: string | undefined = "/v1/devices?limit=3&area=city";
    while (path) {
      const { body, headers }: Answer<Page> = await api.get<Page>(path);
      seen.push(...ids(body));
      path = /^<(.+)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
      expect(path === undefined).toBe(body.nextCursor === null);
    }
    expect(seen).toEqual(["air-1", "bin-1", "bin-2", "plug/1"]);
  });

  it.each([
    ["area=mars", "#/query/area"],
    ["origin=made-up", "#/query/origin"],
    ["limit=0", "#/query/limit"],
    ["limit=many", "#/query/limit"],
    ["cursor=abc", "#/query/cursor"],
  ])("refuse ?%s", async (query, pointer) => {
    expect(await api.problem(`/v1/devices?${query}`)).toMatchObject({ status: 400, errors: [{ pointer }] });
  });
});

describe("one device", () => {
  it("is found by its id", async () => {
    const { body } = await api.get("/v1/devices/bin-2");
    expect(body).toMatchObject({ id: "bin-2", latest: { fill_level: { value: 40 } } });
  });

  it("is found by an id that has to be escaped", async () => {
    expect((await api.get("/v1/devices/plug%2F1/latest")).body).toMatchObject({
      device: "plug/1",
      values: { power: { value: 12 } },
    });
  });

  it("has no values before its first reading", async () => {
    expect((await api.get("/v1/devices/air-1/latest")).body).toEqual({
      device: "air-1",
      lastSeen: null,
      values: {},
    });
  });

  it.each(["/v1/devices/nobody", "/v1/devices/nobody/latest"])("%s is 404", async (path) => {
    expect(await api.problem(path)).toMatchObject({
      status: 404,
      code: "not_found",
      type: "urn:kota:problem:not_found",
      instance: path,
      detail: expect.stringContaining("'nobody'"),
    });
  });

  it("shows a reading as soon as it is published, and a late one changes nothing", async () => {
    await api.log.append(READINGS, [reading("bin-1", NOW, { fill_level: 71 })]);
    await until(async () => (await api.get("/v1/devices/bin-1/latest")).body.lastSeen !== null);
    await api.log.append(READINGS, [
      reading("bin-1", NOW - HOUR, { fill_level: 5, battery: 50 }),
      reading("bin-1", NOW, { fill_level: 72 }),
    ]);
    await until(async () => (await api.get("/v1/devices/bin-1/latest")).body.values.fill_level.value === 72);
    expect((await api.get("/v1/devices/bin-1/latest")).body).toEqual({
      device: "bin-1",
      lastSeen: "2026-11-24T12:00:00.000Z",
      values: {
        fill_level: { value: 72, unit: "%", time: "2026-11-24T12:00:00.000Z" },
        battery: { value: 50, unit: "%", time: "2026-11-24T11:00:00.000Z" },
      },
    });
  });
});
