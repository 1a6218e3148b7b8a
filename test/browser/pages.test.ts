import { readFile } from "node:fs/promises";
import { connectAsync } from "mqtt";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, type CityBrowser, MISSING, openCityBrowser } from "./city-browser.ts";
import { seriousViolations } from "./serious-violations.ts";

/** One minute that was loud, 20 days ago, among an hour that was not. */
const LOUD = 131.4;
const LOUD_HOUR = Date.now() - 20 * 86_400_000;

const PAGES = {
  now: "/",
  receipt: "/?why=city/environment//",
  "over time": "/over-time?s=score@city/environment//&s=noise_laeq@noise-leith-1&range=1h",
  devices: "/devices",
  device: "/devices/noise-leith-1",
  rejections: "/rejections",
  pipeline: "/pipeline",
  ledger: "/ledger",
  sources: "/sources",
  work: "/work",
  alerts: "/alerts",
  wall: "/wall",
} as const;

describe.skipIf(!CHROMIUM)(`the pages in Chromium${MISSING}`, () => {
  let city: CityBrowser;
  let page: Page;
  let url = "";

  const open = async (path: string): Promise<void> => {
    await page.goto(`${url}${path}`);
    await page.getByRole("heading").first().waitFor();
  };

  beforeAll(async () => {
    city = await openCityBrowser();
    url = city.url;
    const context = await city.browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: "en-GB",
      reducedMotion: "reduce",
    });
    page = city.watch(await context.newPage());
    const client = await connectAsync(city.mqttUrl);
    for (const [topic, payload] of [
      ["kota/v1/noise-leith-1", "{broken"],
      ["kota/v1/noise-leith-1", Buffer.from([0xff, 0xfe, 0x41])],
      ["kota/v1/noise-leith-1", JSON.stringify({ values: { noise_laeq: 61.5 } })],
      ["kota/v1/noise-leith-1", JSON.stringify({ values: { noise_laeq: 999 } })],
    ] as const) {
      await client.publishAsync(topic, payload, { qos: 1 });
    }
    for (let minute = 0; minute < 60; minute++) {
      const time = new Date(LOUD_HOUR + minute * 60_000).toISOString();
      const values = { noise_laeq: minute === 30 ? LOUD : 50 };
      await client.publishAsync("kota/v1/noise-leith-1", JSON.stringify({ time, values }), { qos: 1 });
    }
    await client.endAsync();
    await open("/");
    // The recorded past is played first: then there are scores, full bins and a day of readings.
    await page.locator(".finding").first().waitFor({ timeout: 60_000 });
  }, 90_000);
  afterAll(() => city?.close());

  describe("Now", () => {
    it("names what needs attention, why and where, and leads to the device and to the map", async () => {
      const first = page.locator(".finding").first();
      expect(await first.innerText()).toMatch(/urgent|soon/);
      expect(await first.innerText()).toMatch(/full|guideline/);
      await first.getByRole("link", { name: /On the map/ }).click();
      await page.waitForURL(/\?device=[^&]+#map$/);
      await page.getByRole("link", { name: "Open this device" }).click();
      await page.waitForURL(/\/devices\/[^/]+$/);
      await page.getByRole("heading", { name: "Latest values" }).waitFor();
    });

    it("shows the city's score and six dimensions with coverage and time, and colours the map by a metric", async () => {
      await open("/");
      await page.locator(".overall-figure").waitFor();
      for (const name of ["Environment", "Living", "Governance", "Branding", "Economy", "Community"]) {
        const card = page.locator(".scores-block .card", { has: page.getByRole("heading", { name }) });
        await expect
          .poll(() => card.innerText(), { timeout: 15_000 })
          .toMatch(/\b\d{1,3}\b[\s\S]*coverage \d+%[\s\S]*as of \d/);
      }
      const textOf = (name: string) =>
        page.locator(".scores-block .card", { has: page.getByRole("heading", { name }) }).innerText();
      expect(await textOf("Governance")).toMatch(/2 of 4 indicators reported/);
      expect(await textOf("Governance")).not.toMatch(/0 devices/);
      expect(await textOf("Living")).toMatch(/\d+ devices[\s\S]*2 of 2 indicators reported/);
      expect(await textOf("Environment")).not.toMatch(/reported/);
      await page.locator("#map").scrollIntoViewIfNeeded();
      await page.getByLabel("Coloured by").selectOption({ label: "Sound level, LAeq" });
      await page.waitForURL(/colour=metric:noise_laeq/);
      await page.locator(".scale-legend").waitFor();
      expect(await page.locator(".scale-legend").innerText()).toMatch(/\d+\.\d\sdB\(A\)/);
      await page.locator(".map-canvas canvas, .plan").first().waitFor();
      const severities = await page.locator(".finding-severity").allInnerTexts();
      const rank = severities.map((one) => ["urgent", "soon", "watch"].indexOf(one));
      expect(rank).toEqual(rank.toSorted((a, b) => a - b));
    });
  });

  describe("Devices", () => {
    it("finds a device by words and filters, which stand in the URL", async () => {
      await open("/devices");
      await page.getByLabel("Find").fill("leith sound");
      await page.getByLabel("Kind").selectOption("noise");
      await expect.poll(() => page.url()).toContain("?q=leith+sound&kind=noise");
      await expect.poll(() => page.locator(".fleet-line").count()).toBeGreaterThan(0);
      for (const row of await page.locator(".fleet-line").allInnerTexts()) expect(row).toMatch(/sound meter/);
      await page.reload();
      await expect.poll(() => page.getByLabel("Find").inputValue()).toBe("leith sound");
    });

    it("scrolls and searches ten thousand devices, drawing only those in sight", async () => {
      const response = await fetch(`${url}/v1/devices?limit=1&kind=bin`);
      const { devices } = (await response.json()) as { devices: readonly Record<string, unknown>[] };
      const many = Array.from({ length: 10_000 }, (_, index) => ({
        ...devices[0],
        id: `made-up-${index}`,
        name: `Made up ${index}`,
      }));
      await page.route("**/v1/devices?*", (route) =>
        route.fulfill({ json: { devices: many, nextCursor: null } }),
      );
      await open("/devices");
      await page.getByText("10,000 devices").waitFor();
      expect(await page.locator(".fleet-line").count()).toBeLessThan(60);
      await page.locator(".fleet").evaluate((fleet) => fleet.scrollTo(0, fleet.scrollHeight));
      await page.getByText("Made up 9999").waitFor({ timeout: 2000 });
      await page.getByLabel("Find").fill("up 4321");
      await page.getByText("1 of 10,000 devices").waitFor({ timeout: 2000 });
      await page.unroute("**/v1/devices?*");
    });
  });

  describe("Over time", () => {
    it("draws a device's readings, and moves through time by keyboard and by drag", async () => {
      await open("/devices/noise-leith-1?range=6h");
      const chart = page.getByRole("group", { name: /Chart/ });
      await chart.locator("canvas").waitFor();
      await chart.focus();
      await page.keyboard.press("ArrowLeft");
      await page.waitForURL(/from=.*&to=/);
      await page.keyboard.press("0");
      await expect.poll(() => page.url()).not.toContain("from=");
      await chart.scrollIntoViewIfNeeded();
      const box = await chart.locator(".u-over").boundingBox();
      if (!box) throw new Error("the chart has no place");
      await page.mouse.move(box.x + box.width * 0.4, box.y + 50);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 4 });
      await page.mouse.up();
      await page.waitForURL(/from=.*&to=/);
      const { searchParams } = new URL(page.url());
      const hours =
        (Date.parse(searchParams.get("to") ?? "") - Date.parse(searchParams.get("from") ?? "")) / 3_600_000;
      expect(hours).toBeCloseTo(24 * 0.2, 0);
      await page.goBack();
      await expect.poll(() => page.url()).not.toContain("from=");
    });

    it.each(["1y", "5y"])("keeps a single loud minute on a chart of %s", async (range) => {
      await open(`/over-time?s=noise_laeq@noise-leith-1&range=${range}`);
      const caption = page.locator(".chart-caption");
      await caption.getByText(`highest ${LOUD} dB(A)`).waitFor({ timeout: 30_000 });
      expect(await caption.innerText()).toMatch(/lines? breaks? .* where nothing came/);
      const steps = (await (
        await fetch(
          `${url}/v1/series?device=noise-leith-1&metric=noise_laeq&from=${Date.now() - 366 * 86_400_000}`,
        )
      ).json()) as { points: { count: number; max: number; mean: number }[] };
      const loud = steps.points.find(({ max }) => max === LOUD);
      expect(loud?.count).toBeGreaterThan(30);
      expect(loud?.mean).toBeLessThan(60);
    });

    it("draws a metric of an area: of how many devices, with thresholds, the week before, table and files", async () => {
      await open("/over-time");
      const adder = page.getByRole("group", { name: "Add a metric of an area" });
      await adder.getByLabel("Metric").selectOption({ label: "PM2.5" });
      await adder.getByRole("button", { name: "Add" }).click();
      await page.waitForURL(/s=area@pm2_5@city/);
      const line = page.locator(".line").first();
      await expect
        .poll(() => line.innerText(), { timeout: 15_000 })
        .toMatch(/Whole city: PM2.5[\s\S]*median of 5 devices/);
      await page.locator(".chart canvas").waitFor();
      expect(await page.locator(".chart-caption").innerText()).toMatch(
        /Whole city: PM2.5: last [\d.]+\sµg\/m³/,
      );

      await adder.getByLabel("Area").selectOption({ label: "New Town" });
      await adder.getByLabel("Metric").selectOption({ label: "Fill level" });
      await adder.getByRole("button", { name: "Add" }).click();
      // The score model goes over bins by their mean.
      await expect
        .poll(() => page.locator(".line").nth(1).innerText(), { timeout: 15_000 })
        .toMatch(/mean of 9\d devices/);
      await page.getByRole("button", { name: "Thresholds" }).waitFor();
      await page.getByRole("button", { name: "Compare with the week before" }).click();
      const answer = (await (await fetch(`${url}/v1/areas/city/series?metric=pm2_5`)).json()) as {
        points: readonly { value: number; devices: number }[];
      };
      const [csv] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download CSV" }).click(),
      ]);
      const rows = (await readFile(await csv.path(), "utf8")).split("\r\n").map((row) => row.split(","));
      const ofCity = rows.filter(([, series]) => series === "Whole city: PM2.5");
      expect(ofCity.length).toBeGreaterThan(10);
      expect(ofCity.map((row) => Number(row[4]))).toContain(answer.points[3]?.value);
      for (const row of ofCity) expect(Number(row.at(-1))).toBeGreaterThan(0);
      const [parquet] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download Parquet" }).click(),
      ]);
      expect((await readFile(await parquet.path())).subarray(0, 4).toString()).toBe("PAR1");
      await page.getByRole("button", { name: "Show as table" }).click();
      await page
        .getByRole("columnheader", { name: /Whole city: PM2.5/ })
        .first()
        .waitFor();
      await page.reload();
      await expect.poll(() => page.locator(".line").count()).toBe(2);
    });

    it("says why when an area's line cannot be had, in the words of the API", async () => {
      // Unwatched: the browser writes every refusal into its console.
      const refused = await city.browser.newPage({ locale: "en-GB" });
      await refused.route("**/v1/areas/*/series?*", (route) =>
        route.fulfill({
          status: 400,
          contentType: "application/problem+json",
          json: { code: "bad_request", detail: "12 days of it can be had" },
        }),
      );
      await refused.goto(`${url}/over-time?s=area@pm2_5@leith&range=1y`);
      await refused.getByText("Leith: PM2.5 could not be read").waitFor({ timeout: 20_000 });
      await refused.getByText(/12 days of it can be had/).waitFor();
      await refused.close();
    });

    it("lays series over each other and gives them as table, CSV and picture", async () => {
      await open("/over-time?s=noise_laeq@noise-leith-1&s=fill_level@bin-324925");
      await page.getByRole("group", { name: "Add a score" }).getByRole("button", { name: "Add" }).click();
      await expect.poll(() => page.locator(".line").count()).toBe(3);
      await page.getByRole("button", { name: "Compare with the week before" }).click();
      await page.locator(".chart canvas").waitFor();
      const [csv] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download CSV" }).click(),
      ]);
      const rows = (await readFile(await csv.path(), "utf8")).split("\r\n");
      expect(rows[0]).toBe("time,series,unit,of,mean,min,max,last,readings,devices");
      expect(rows.some((row) => row.includes("dB(A)"))).toBe(true);
      expect(rows.filter((row) => row.includes(",%,now,")).length).toBeGreaterThan(10);
      const [picture] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download picture" }).click(),
      ]);
      expect((await readFile(await picture.path())).subarray(1, 4).toString()).toBe("PNG");
      await page.getByRole("button", { name: "Show as table" }).click();
      await page
        .getByRole("columnheader", { name: /dB\(A\)/ })
        .first()
        .waitFor();
      expect(page.url()).toMatch(/compare=week.*as=table/);
    });
  });

  describe("Rejections and ledger", () => {
    it("says what to do about each rejection, and shows its payload in hex", async () => {
      await open("/rejections");
      await page.getByRole("button", { name: "Not UTF-8 text" }).click();
      await page.waitForURL(/code=not_utf8/);
      const rows = page.locator(".rejection");
      await expect.poll(() => rows.count()).toBe(1);
      await rows.first().locator("summary").click();
      expect(await rows.first().locator(".payload").innerText()).toContain("ff fe 41");
      expect(await rows.first().innerText()).toContain("needs an adapter");
    });
  });

  describe("Live", () => {
    it("speaks Bahasa Indonesia when it is chosen, and keeps to it", async () => {
      await open("/pipeline");
      await page.getByRole("radio", { name: /Bahasa Indonesia/ }).click();
      await page.getByRole("heading", { name: "Apakah data mengalir?" }).waitFor();
      await page.reload();
      await page.getByRole("link", { name: "Perangkat", exact: true }).click();
      await page.getByRole("heading", { name: "Perangkat", level: 1 }).waitFor();
      expect(await page.evaluate("document.documentElement.lang")).toBe("id");
      await page.getByRole("radio", { name: /English/ }).click();
      await page.getByRole("heading", { name: "Devices", level: 1 }).waitFor();
    });

    it("turns the wall by itself, and stops and turns by keyboard", async () => {
      await open("/wall?every=5");
      const title = () => page.locator(".wall-title").innerText();
      expect(await title()).toBe("The city");
      await expect.poll(title, { timeout: 7000 }).toBe("The areas");
      await page.keyboard.press("Space");
      await page.keyboard.press("ArrowRight");
      await expect.poll(title).toBe("Needs attention");
      await page.keyboard.press("Escape");
      await page.waitForURL(`${url}/`);
    });
  });

  describe("Links and first visit", () => {
    it("shows somebody else by a link what one looks at, down to the opened score", async () => {
      await open("/");
      await page.locator(".areas-table").getByRole("link", { name: "Leith", exact: true }).first().click();
      await page.waitForURL(/area=leith/);
      await page.getByLabel("Coloured by").selectOption({ label: "Sound level, LAeq" });
      await page.waitForURL(/colour=metric:noise_laeq/);
      await page.locator(".scores-block .card a").first().click();
      await page.getByRole("dialog").waitFor();
      const shared = page.url();
      expect(shared).toMatch(/why=/);
      const other = await city.browser.newContext({
        locale: "en-GB",
        viewport: { width: 1280, height: 900 },
      });
      const theirs = city.watch(await other.newPage());
      await theirs.goto(shared);
      const heading = await page.getByRole("dialog").getByRole("heading").first().innerText();
      await theirs.getByRole("dialog").getByRole("heading", { name: heading }).waitFor({ timeout: 20_000 });
      await theirs.keyboard.press("Escape");
      await theirs.locator(".scale-legend").waitFor();
      expect(await theirs.getByLabel("Coloured by").inputValue()).toBe("metric:noise_laeq");
      expect(theirs.url()).toMatch(/area=leith/);
      await theirs.goto(
        `${url}/over-time?s=noise_laeq@noise-leith-1&range=7d&compare=week&limits=off&as=table`,
      );
      await theirs
        .getByRole("columnheader", { name: /dB\(A\)/ })
        .first()
        .waitFor({ timeout: 20_000 });
      for (const name of ["Compare with the week before", "Show as table"]) {
        expect(await theirs.getByRole("button", { name }).getAttribute("aria-pressed")).toBe("true");
      }
      await other.close();
    }, 60_000);

    it("says so when an address is no page, or no device", async () => {
      await open("/nowhere");
      await page.getByText("There is no such page").waitFor();
      await open("/devices/no-such-device");
      await page.getByText("No such device").waitFor();
    });
  });

  describe("Live", () => {
    it.each(["English", "Bahasa Indonesia"])(
      "has nothing serious for axe on any page in %s, in light and dark, and keeps still when asked to",
      async (language) => {
        const found: string[] = [];
        await open("/");
        await page.getByRole("radio", { name: language }).click();
        for (const [name, path] of Object.entries(PAGES)) {
          await open(path);
          await page.waitForLoadState("networkidle", { timeout: 1500 }).catch(() => undefined);
          found.push(...(await seriousViolations(page, name)));
          const moving = await page.evaluate("document.getAnimations().length");
          if (moving !== 0) found.push(`${name}: ${moving} animations`);
          const wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
          if (wide) found.push(`${name}: scrolls sideways`);
        }
        await open("/");
        await page.getByRole("radio", { name: "English" }).click();
        expect(found).toEqual([]);
      },
      120_000,
    );

    it.each(["Bahasa Indonesia", "English"])(
      "fits a phone on every page in %s without scrolling sideways",
      async (language) => {
        await page.setViewportSize({ width: 360, height: 740 });
        const wide: string[] = [];
        await open("/");
        await page.getByRole("radio", { name: language }).click();
        for (const [name, path] of Object.entries(PAGES)) {
          await open(path);
          const [content, window] = (await page.evaluate(
            "[document.documentElement.scrollWidth, innerWidth]",
          )) as [number, number];
          if (content > window) wide.push(`${name}: ${content}`);
        }
        expect(wide).toEqual([]);
      },
    );
  });

  it("asked nobody else for anything, and had no errors", () => {
    expect(city.outside).toEqual([]);
    expect(city.problems).toEqual([]);
  });
});
