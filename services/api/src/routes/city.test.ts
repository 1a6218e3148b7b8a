import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { METRICS } from "@kota/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CITY, startTestApi, type TestApi } from "../test-setup.ts";

const undo: (() => unknown)[] = [];
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi((step) => undo.unshift(step));
});
afterAll(async () => {
  for (const step of undo) await step();
});

describe("the city and its catalogue", () => {
  it("says what the city is, where its areas are and where its data comes from", async () => {
    const { status, body } = await api.get("/v1/city");
    expect(status).toBe(200);
    expect(body).toEqual({
      name: "Test City",
      description: "",
      timeZone: "Europe/London",
      locale: "en",
      version: "1.2.3",
      areas: CITY.areas,
      dimensions: ["environment", "living", "governance", "branding", "economy", "community"],
      map: { tiles: null, pmtiles: null, hasGround: false },
      attributions: CITY.settings.attributions,
      devices: { live: 0, recorded: 2, simulated: 1 },
    });
  });

  it("gives what the map draws below the areas, and lets the page ask the city's own tile server and no other", async () => {
    const steps: (() => unknown)[] = [];
    const tiles = { url: "https://tiles.example/{z}/{x}/{y}.png", attribution: "© Town", maxZoom: 17 };
    const ground = {
      type: "FeatureCollection" as const,
      features: [
        {
          type: "Feature" as const,
          properties: { kind: "road" as const },
          geometry: {
            type: "LineString" as const,
            coordinates: [[0, 0] as [number, number], [1, 1] as [number, number]],
          },
        },
      ],
    };
    const own = await startTestApi((step) => steps.unshift(step), {
      city: { ...CITY, ground, settings: { ...CITY.settings, map: { tiles } } },
    });
    const { body, headers } = await own.get("/v1/city");
    expect(body.map).toEqual({ tiles, pmtiles: null, hasGround: true });
    expect(headers.get("content-security-policy")).toMatch(
      /connect-src 'self' https:\/\/tiles\.example(;|$)/,
    );
    expect((await own.get("/v1/city/ground")).body).toEqual(ground);
    for (const step of steps) await step();
    expect((await api.get("/v1/city")).headers.get("content-security-policy")).not.toContain("tiles.example");
    expect((await api.get("/v1/city/ground")).body.features).toEqual([]);
  });

  it("hands out the city's own map archive in the ranges that are asked for", async () => {
    const steps: (() => unknown)[] = [];
    const dir = mkdtempSync(join(tmpdir(), "kota-map-"));
    steps.unshift(() => rmSync(dir, { recursive: true }));
    const mapArchive = join(dir, "town.pmtiles");
    writeFileSync(mapArchive, "PMTiles\x03 and what follows");
    const pmtiles = { from: "town.pmtiles", attribution: "© Town" };
    const own = await startTestApi((step) => steps.unshift(step), {
      city: { ...CITY, mapArchive, settings: { ...CITY.settings, map: { pmtiles } } },
    });
    const { body, headers } = await own.get("/v1/city");
    expect(body.map.pmtiles).toEqual({ url: "/v1/city/map.pmtiles", attribution: "© Town" });
    expect(headers.get("content-security-policy")).toMatch(/connect-src 'self'$/);
    const part = await own.get(body.map.pmtiles.url, { range: "bytes=3-6" });
    expect([part.status, part.text]).toEqual([206, "iles"]);
    expect(part.headers.get("content-range")).toBe("bytes 3-6/25");
    const whole = await own.get(body.map.pmtiles.url);
    expect([whole.status, whole.text]).toEqual([200, "PMTiles\x03 and what follows"]);
    expect(whole.headers.get("accept-ranges")).toBe("bytes");
    expect((await own.get(body.map.pmtiles.url, { range: "bytes=99-" })).status).toBe(416);
    for (const step of steps) await step();
    expect((await api.get("/v1/city/map.pmtiles")).body).toMatchObject({ code: "not_found" });
  });

  it("names a map archive that lies elsewhere, and lets the page ask that host", async () => {
    const steps: (() => unknown)[] = [];
    const pmtiles = { from: "https://maps.example/town.pmtiles", attribution: "© Town" };
    const own = await startTestApi((step) => steps.unshift(step), {
      city: { ...CITY, settings: { ...CITY.settings, map: { pmtiles } } },
    });
    const { body, headers } = await own.get("/v1/city");
    expect(body.map.pmtiles).toEqual({ url: pmtiles.from, attribution: "© Town" });
    expect(headers.get("content-security-policy")).toMatch(/connect-src 'self' https:\/\/maps\.example$/);
    for (const step of steps) await step();
  });

  it("lists every metric with its one unit", async () => {
    const { body } = await api.get("/v1/metrics");
    expect(body).toHaveLength(Object.keys(METRICS).length);
    expect(body).toContainEqual({
      name: "pm2_5",
      title: "PM2.5",
      unit: "ug/m3",
      kind: "gauge",
      min: 0,
      max: 2000,
      decimals: 1,
    });
  });

  it.each(["/v1/city", "/v1/metrics"])("%s is not sent again to one that has it", async (path) => {
    const first = await api.get(path);
    const etag = first.headers.get("etag");
    expect(etag).toMatch(/^".+"$/);
    const second = await api.get(path, { "if-none-match": etag ?? "" });
    expect(second.status).toBe(304);
    expect(second.text).toBe("");
  });

  it("may be read by the scripts of other pages, and only read", async () => {
    const { headers } = await api.get("/v1/city", { origin: "https://elsewhere.example" });
    expect(headers.get("access-control-allow-origin")).toBe("*");
    const preflight = await fetch(`${api.api.url}/v1/city`, {
      method: "OPTIONS",
      headers: { origin: "https://elsewhere.example", "access-control-request-method": "DELETE" },
    });
    expect(preflight.headers.get("access-control-allow-methods")).toBe("GET, HEAD");
  });
});
