import { POSITIONS } from "@kota/event-log";
import { onTestFinished as cleanup, describe, expect, it } from "vitest";
import { openTestPorts, reading, replacing, startTestApi, until } from "../test-setup.ts";

const AIR = { name: "New air", kind: "air", area: "leith", lat: 55.9, lon: -3.1 };

describe("the registry of devices", () => {
  it("takes a new device, at once and for ever", async () => {
    const ports = await openTestPorts(cleanup);
    const first = await startTestApi(cleanup, ports);
    const { status, body } = await first.send("PUT", "/v1/devices/air-9", AIR);
    expect(status).toBe(200);
    expect(body).toEqual({
      id: "air-9",
      ...AIR,
      adapter: null,
      nativeId: null,
      codec: null,
      moves: false,
      origin: "live",
      attribution: null,
      version: 1,
    });
    const seen = { registered: true, name: "New air", area: "leith", version: 1, retired: false };
    expect((await first.get("/v1/devices/air-9")).body).toMatchObject(seen);
    expect((await first.get("/v1/city")).body.devices.live).toBe(1);
    await first.api.stop();
    const second = await startTestApi(cleanup, ports);
    expect((await second.get("/v1/devices/air-9")).body).toMatchObject(seen);
    expect((await second.get("/v1/devices?area=leith&kind=air")).body.devices).toHaveLength(2);
  });

  it("shows a device that may move where it last said that it is, live, and another where it is registered", async () => {
    const ports = await openTestPorts(cleanup);
    const at = (time: string, lat: number, device = "air-9") => ({
      device,
      lat,
      lon: -3.2,
      time: Date.parse(time),
    });
    await ports.log.append(POSITIONS, [
      at("2026-11-24T10:00:00Z", 55.91),
      at("2026-11-24T10:00:00Z", 1, "bin-2"),
    ]);
    const api = await startTestApi(cleanup, ports);
    await api.send("PUT", "/v1/devices/air-9", { ...AIR, moves: true });
    const place = async (id: string) => {
      const { lat, lon, area, movedAt } = (await api.get(`/v1/devices/${id}`)).body;
      return { lat, lon, area, movedAt };
    };
    const moved = { lat: 55.91, lon: -3.2, area: "leith", movedAt: "2026-11-24T10:00:00.000Z" };
    expect(await place("air-9")).toEqual(moved);
    expect(await place("bin-2")).toMatchObject({ lat: 55.95, movedAt: null });
    const stream = await fetch(`${api.api.url}/v1/stream?events=position`);
    const reader = stream.body?.getReader();
    cleanup(() => reader?.cancel());
    await ports.log.append(POSITIONS, [
      at("2026-11-24T11:00:00Z", 55.92),
      at("2026-11-24T11:00:00Z", 2, "bin-2"),
    ]);
    await until(async () => (await place("air-9")).lat === 55.92);
    let text = "";
    while (!text.includes("event: position")) {
      text += new TextDecoder().decode((await reader?.read())?.value);
    }
    expect(text).toContain('{"device":"air-9","lat":55.92,"lon":-3.2,"time":"2026-11-24T11:00:00.000Z"}');
    expect(text).not.toContain("bin-2");
    await ports.log.append(POSITIONS, [
      at("2026-11-24T09:00:00Z", 55.99),
      at("2026-11-24T11:30:00Z", 3, "bin-1"),
    ]);
    await api.send("PUT", "/v1/devices/bin-1", { ...AIR, moves: true });
    await until(async () => (await place("bin-1")).lat === 3);
    expect((await place("air-9")).lat).toBe(55.92);
    const { id, ...present } = (await api.get("/v1/devices/air-9/registration")).body;
    await api.send("PUT", `/v1/devices/${id}`, { ...present, moves: false });
    expect(await place("air-9")).toEqual({ lat: AIR.lat, lon: AIR.lon, area: "leith", movedAt: null });
  });

  it("is seen by another API on the same log", async () => {
    const ports = await openTestPorts(cleanup);
    const one = await startTestApi(cleanup, ports);
    const other = await startTestApi(cleanup, ports);
    await one.send("PUT", "/v1/devices/air-9", AIR);
    await until(async () => (await other.get("/v1/devices/air-9")).status === 200);
  });

  it("changes a device of devices.csv when the change is based on the present version", async () => {
    const api = await startTestApi(cleanup);
    const { body: present } = await api.get("/v1/devices/bin-1/registration");
    expect(present).toMatchObject({ id: "bin-1", area: "south", version: 0 });
    const { id, ...device } = present;
    const changed = await api.send("PUT", `/v1/devices/${id}`, { ...device, area: "leith" });
    expect(changed.body).toMatchObject({ area: "leith", origin: "recorded", version: 1 });
    const late = await api.send("PUT", `/v1/devices/${id}`, { ...device, area: "south" });
    expect(late.status).toBe(409);
    expect(late.body).toMatchObject({
      code: "version_conflict",
      detail: expect.stringContaining("version 1"),
    });
    expect((await api.get("/v1/devices/bin-1")).body.area).toBe("leith");
  });

  it("lets one of two changes through that are based on the same version", async () => {
    const api = await startTestApi(cleanup);
    const answers = await Promise.all(
      ["a", "b", "c"].map((name) => api.send("PUT", "/v1/devices/air-9", { ...AIR, name })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it("retires a device, keeps its readings in view, and takes it back", async () => {
    const ports = await openTestPorts(cleanup);
    await ports.store.writeReadings([
      reading("bin-1", Date.parse("2026-11-24T11:00:00Z"), { fill_level: 4 }),
    ]);
    const api = await startTestApi(cleanup, ports);
    expect((await api.send("DELETE", "/v1/devices/bin-1?version=3")).status).toBe(409);
    const { status, body } = await api.send("DELETE", "/v1/devices/bin-1");
    expect(status).toBe(200);
    expect(body).toEqual({ id: "bin-1", retired: true, version: 1 });
    expect((await api.get("/v1/devices/bin-1")).body).toMatchObject({
      registered: false,
      retired: true,
      latest: { fill_level: { value: 4 } },
    });
    expect((await api.send("DELETE", "/v1/devices/bin-1?version=1")).status).toBe(404);
    const back = await api.send("PUT", "/v1/devices/bin-1", { ...AIR, version: 1 });
    expect(back.body.version).toBe(2);
    expect((await api.get("/v1/devices/bin-1")).body).toMatchObject({ registered: true, retired: false });
  });

  it.each([
    [
      "an area that is not there",
      { area: "moon" },
      400,
      "area: the city has no area 'moon'; it has south, leith",
    ],
    ["an adapter that is not there", { adapter: "telepathy" }, 400, "there is no adapter 'telepathy'"],
    ["no name", { name: undefined }, 400, "name"],
    ["a latitude that is none", { lat: 91 }, 400, "lat"],
    ["an unknown member", { colour: "red" }, 400, "colour"],
    ["the native id of another device", { nativeId: "bin-1" }, 409, "are both 'bin-1'"],
  ])("refuses a device with %s", async (_, part, status, detail) => {
    const api = await startTestApi(cleanup);
    const answer = await api.send("PUT", "/v1/devices/air-9", { ...AIR, ...part });
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toContain(detail);
    expect((await api.get("/v1/devices/air-9")).status).toBe(404);
  });

  it.each(["unknown", "a%20b", "x".repeat(121)])("refuses the id %s", async (id) => {
    const api = await startTestApi(cleanup);
    expect((await api.send("PUT", `/v1/devices/${id}`, AIR)).status).toBe(400);
  });

  it("changes nothing without the admin token, or when the log does not take it", async () => {
    const ports = await openTestPorts(cleanup);
    const log = replacing(ports.log, { append: () => Promise.reject(new Error("Disk full.")) });
    const api = await startTestApi(cleanup, { log, store: ports.store });
    expect((await api.send("PUT", "/v1/devices/air-9", AIR, null)).status).toBe(401);
    expect((await api.send("DELETE", "/v1/devices/bin-1", undefined, null)).status).toBe(401);
    expect((await api.send("PUT", "/v1/devices/air-9", AIR)).status).toBe(500);
    expect((await api.get("/v1/devices/air-9")).status).toBe(404);
    expect((await api.get("/v1/devices/bin-1")).body.registered).toBe(true);
  });
});
