import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32, deflateSync } from "node:zlib";
import type { FeatureCollection, GeoJsonProperties, Geometry, Polygon } from "geojson";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, type CityBrowser, MISSING, openCityBrowser } from "./city-browser.ts";
import { type Bounds, pictureArchive, vectorArchive } from "./pmtiles-file.ts";
import { seriousViolations } from "./serious-violations.ts";

const EXAMPLE = fileURLToPath(new URL("../../infra/example-city", import.meta.url));
/** Around the example city, wider than the page shows. */
const BOUNDS: Bounds = [-3.6, 55.7, -2.8, 56.2];
const ZOOMS = [8, 9, 10, 11, 12, 13];
const OWN = "© The town's own surveyors";
const TOKEN = "a-token-for-the-browser-test";

const box = ([west, south, east, north]: Bounds): Polygon => ({
  type: "Polygon",
  coordinates: [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ],
});
const collection = (geometry: Geometry, properties: GeoJsonProperties): FeatureCollection => ({
  type: "FeatureCollection",
  features: [{ type: "Feature", properties, geometry }],
});

/** A city's folder with the example city and a map. */
function cityWithMap(pmtiles: { from: string; attribution: string }, archive?: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), "kota-map-city-"));
  cpSync(EXAMPLE, folder, { recursive: true });
  const settings = readFileSync(join(folder, "city.yaml"), "utf8");
  writeFileSync(join(folder, "city.yaml"), `${settings}\nmap: { pmtiles: ${JSON.stringify(pmtiles)} }\n`);
  if (archive) writeFileSync(join(folder, pmtiles.from), archive);
  return folder;
}

/** A picture of one colour. */
function png([red, green, blue]: readonly [number, number, number]): Buffer {
  const chunk = (name: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.from([0, 0, 1, 0, 0, 0, 1, 0, 8, 2, 0, 0, 0]);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(3 * 256, Buffer.from([red, green, blue]))]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixels = deflateSync(Buffer.concat(Array<Buffer>(256).fill(row)));
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Which share of the map, as it is on the screen, has a colour. */
async function shareOf(page: Page, [red, green, blue]: readonly [number, number, number]): Promise<number> {
  const picture = await page.locator(".map-box .map-canvas").screenshot();
  // As text: the page's types are not those of the test.
  return (await page.evaluate(`(async () => {
    const image = new Image();
    image.src = "data:image/png;base64,${picture.toString("base64")}";
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let same = 0;
    for (let at = 0; at < data.length; at += 4) {
      const off = Math.abs(data[at] - ${red}) + Math.abs(data[at + 1] - ${green}) + Math.abs(data[at + 2] - ${blue});
      if (off <= 6) same += 1;
    }
    return same / (data.length / 4);
  })()`)) as number;
}

async function openMap(city: CityBrowser, path = "/"): Promise<Page> {
  const context = await city.browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  const page = city.watch(await context.newPage());
  page.setDefaultTimeout(20_000);
  await page.goto(`${city.url}${path}`);
  await page.locator(".map-box canvas").first().scrollIntoViewIfNeeded();
  return page;
}

describe.skipIf(!CHROMIUM)(`Now: a map archive of the city's own in Chromium${MISSING}`, () => {
  const archive = vectorArchive(
    {
      water: collection(box(BOUNDS), { kind: "ocean" }),
      roads: collection(
        {
          type: "LineString",
          coordinates: [
            [-3.6, 55.95],
            [-2.8, 55.951],
          ],
        },
        { kind: "highway", name: "High Street" },
      ),
      places: collection(
        { type: "Point", coordinates: [-3.19, 55.945] },
        { kind: "locality", name: "Old Town" },
      ),
    },
    BOUNDS,
    ZOOMS,
  );
  const folder = cityWithMap({ from: "town.pmtiles", attribution: OWN }, archive);
  let city: CityBrowser;
  beforeAll(async () => {
    city = await openCityBrowser({ KOTA_CITY: folder, KOTA_ADMIN_TOKEN: TOKEN });
  }, 60_000);
  afterAll(async () => {
    await city?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is drawn below the areas in the colours of the theme, says whose it is, and is read in parts from kota alone", async () => {
    const answers: { readonly status: number; readonly bytes: number }[] = [];
    const scripts: string[] = [];
    const context = await city.browser.newContext({
      viewport: { width: 1440, height: 900 },
      colorScheme: "light",
    });
    const page = city.watch(await context.newPage());
    page.on("response", (response) => {
      if (response.url().endsWith("/v1/city/map.pmtiles")) {
        answers.push({ status: response.status(), bytes: Number(response.headers()["content-length"]) });
      }
      if (/\/assets\/.*\.js$/.test(response.url())) scripts.push(response.url());
    });
    await page.goto(city.url);
    await page.locator(".map-box canvas").first().waitFor();
    await page.getByText(OWN).waitFor();
    await expect.poll(() => shareOf(page, [0xbc, 0xd9, 0xe8]), { timeout: 20_000 }).toBeGreaterThan(0.1);
    expect(await shareOf(page, [0xff, 0xff, 0xff])).toBeGreaterThan(0.002);
    expect(answers.length).toBeGreaterThan(2);
    expect(answers.filter(({ status }) => status !== 206)).toEqual([]);
    expect(Math.max(...answers.map(({ bytes }) => bytes))).toBeLessThanOrEqual(16_384);
    expect(scripts.at(-1)).toContain("/archive-");
    expect(await seriousViolations(page, "the map with an archive")).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(() => shareOf(page, [0x16, 0x30, 0x3c]), { timeout: 20_000 }).toBeGreaterThan(0.1);
    await context.close();
  });

  it("is there too where a device is moved", async () => {
    const page = await openMap(city);
    await page.goto(`${city.url}/devices/noise-leith-1?edit=true`);
    await page.locator(".place-map .maplibregl-ctrl-attrib", { hasText: OWN }).waitFor();
    await expect.poll(() => shareOf(page, [0xbc, 0xd9, 0xe8]), { timeout: 20_000 }).toBeGreaterThan(0.05);
    await page.close();
  });

  it("that cannot be read leaves the areas and devices, and says so", async () => {
    const context = await city.browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.route("**/v1/city/map.pmtiles", (route) => route.abort());
    await page.goto(city.url);
    await page.getByText("The map of streets cannot be read now").waitFor();
    await page.locator(".map-label").first().waitFor();
    await context.close();
  });

  it("asked nobody else, and had no error", () => {
    expect(city.outside).toEqual([]);
    expect(city.problems).toEqual([]);
  });
});

describe.skipIf(!CHROMIUM)(`Now: a map archive of pictures on another server in Chromium${MISSING}`, () => {
  const archive = pictureArchive(png([200, 30, 90]), BOUNDS, ZOOMS);
  let folder: string;
  let city: CityBrowser;
  let server: Server;
  let address: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
      const part = archive.subarray(Number(from), Number(to) + 1);
      response.writeHead(206, {
        "access-control-allow-origin": "*",
        "content-range": `bytes ${from}-${Number(from) + part.length - 1}/${archive.length}`,
        "content-length": part.length,
      });
      response.end(part);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    folder = cityWithMap({ from: `${address}/town.pmtiles`, attribution: OWN });
    city = await openCityBrowser({ KOTA_CITY: folder });
  }, 60_000);
  afterAll(async () => {
    await city?.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is drawn, and only that server is asked beside kota", async () => {
    const page = await openMap(city);
    await page.getByText(OWN).waitFor();
    await expect.poll(() => shareOf(page, [200, 30, 90]), { timeout: 20_000 }).toBeGreaterThan(0.1);
    expect(new Set(city.outside.map((url) => new URL(url).origin))).toEqual(new Set([address]));
    expect(city.problems).toEqual([]);
  });
});
