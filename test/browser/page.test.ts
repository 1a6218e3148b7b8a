import { connectAsync } from "mqtt";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../e2e/kota-process.ts";
import { CHROMIUM, type CityBrowser, MISSING, openCityBrowser } from "./city-browser.ts";

describe.skipIf(!CHROMIUM)(`the page in Chromium${MISSING}`, () => {
  let city: CityBrowser;
  let page: Page;
  let url = "";

  beforeAll(async () => {
    city = await openCityBrowser();
    url = city.url;
    page = city.watch(
      await city.browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-GB" }),
    );
    await page.goto(url);
  });
  afterAll(() => city?.close());

  describe("Links and first visit", () => {
    it("shows live environment and living scores within a minute of the start", async () => {
      await page.getByRole("heading", { name: "Environment" }).first().waitFor();
      const shown = () => page.locator("main").innerText();
      await expect
        .poll(shown, { timeout: 60_000 })
        .toMatch(/Environment[\s\S]*?\n\s*\d{1,3}\s*\n[\s\S]*?Living[\s\S]*?\n\s*\d{1,3}\s*\n/);
      expect(await shown()).toMatch(/Governance[\s\S]*?\n\s*\d{1,3}\s*\n/);
    }, 90_000);

    it("asks for the scores before its one script is there, and for what is below them after they are shown", async () => {
      const first = city.watch(await city.browser.newPage({ viewport: { width: 1440, height: 900 } }));
      await first.addInitScript(`
        new MutationObserver((_, observer) => {
          if (document.querySelector(".overall-figure") === null) return;
          observer.disconnect();
          window.scoreShown = performance.now();
        }).observe(document, { subtree: true, childList: true, characterData: true });
      `);
      await first.goto(url);
      await first.locator(".finding").first().waitFor();
      const shown = Number(await first.evaluate("window.scoreShown"));
      type Asked = { path: string; startTime: number; responseEnd: number };
      // What is not answered yet is not in the list.
      const asked = await eventually(
        async () => {
          const all = (await first.evaluate(
            "performance.getEntriesByType('resource').map(({ name, startTime, responseEnd }) => ({ path: new URL(name).pathname, startTime, responseEnd }))",
          )) as Asked[];
          return ["/v1/work", "/v1/devices"].every((path) => all.some((one) => one.path === path))
            ? all
            : undefined;
        },
        10_000,
        "answers about work and devices",
      );
      const before = asked.filter(({ startTime }) => startTime < shown).map(({ path }) => path);
      const of = (path: string) => asked.find((one) => one.path === path);
      const start = asked.find(({ path }) => /assets\/start-.*\.js$/.test(path));
      expect(before.filter((path) => path.endsWith(".js") && !path.includes("runtime"))).toEqual([
        start?.path,
      ]);
      expect(of("/v1/city")?.startTime).toBeLessThan(start?.responseEnd ?? 0);
      expect(of("/v1/scores")?.startTime).toBeLessThan(start?.responseEnd ?? 0);
      // What was asked for early is what the page takes: the city is not asked for again.
      expect(asked.filter(({ path }) => path === "/v1/city")).toHaveLength(1);
      for (const later of ["/v1/work", "/v1/devices"]) {
        expect(of(later)?.startTime, later).toBeGreaterThan(shown);
      }
      await first.close();
    });

    it("says what is recorded and what is simulated, with publisher and licence", async () => {
      await page.goto(`${url}/sources`);
      await page.getByRole("heading", { name: "Where the data comes from" }).waitFor();
      const text = await page.locator("body").innerText();
      for (const words of [
        "City of Edinburgh Council",
        "Open Government Licence v3.0",
        "UK Power Networks",
        "CC BY 4.0",
      ]) {
        expect(text).toContain(words);
      }
      expect(text).toContain("Sensor.Community");
      expect(text).toMatch(/297\s+recorded/);
      expect(text).toMatch(/15\s+simulated/);
    });
  });

  describe("Live", () => {
    it("shows a new value without a reload", async () => {
      await page.goto(`${url}/devices/noise-leith-1?metric=noise_laeq`);
      const client = await connectAsync(city.mqttUrl);
      await page.getByText("Sound level, LAeq").first().waitFor();
      await client.publishAsync("kota/v1/noise-leith-1", JSON.stringify({ values: { noise_laeq: 101.7 } }), {
        qos: 1,
      });
      await page.getByText("101.7").first().waitFor({ timeout: 5000 });
      await client.endAsync();
    });
  });

  describe("Why", () => {
    it("opens a score down to its devices", async () => {
      await page.goto(url);
      await page.getByText("Why").first().click();
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      await expect.poll(() => dialog.innerText(), { timeout: 10_000 }).toMatch(/weight|share/i);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
    });
  });

  describe("Live", () => {
    it("fits a phone without scrolling sideways", async () => {
      await page.setViewportSize({ width: 360, height: 740 });
      await eventually(
        async () => {
          const [content, window] = (await page.evaluate(
            "[document.documentElement.scrollWidth, window.innerWidth]",
          )) as [number, number];
          return content <= window ? true : undefined;
        },
        5000,
        "a page no wider than the phone",
      );
    });
  });

  it("asked nobody else for anything, and had no errors", () => {
    expect(city.outside).toEqual([]);
    expect(city.problems).toEqual([]);
  });

  it("says so when kota is gone, instead of showing old numbers as live", async () => {
    await city.kota.end("SIGTERM");
    await page
      .getByText(/stale|reconnecting/i)
      .first()
      .waitFor({ timeout: 30_000 });
  });
});
