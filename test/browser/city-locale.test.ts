import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectAsync } from "mqtt";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, type CityBrowser, MISSING, openCityBrowser } from "./city-browser.ts";

const EXAMPLE = fileURLToPath(new URL("../../infra/example-city", import.meta.url));

describe.skipIf(!CHROMIUM)(`Live: a city in Indonesia, looked at from Lisbon, in Chromium${MISSING}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "kota-id-city-"));
  let city: CityBrowser;
  let page: Page;

  beforeAll(async () => {
    cpSync(EXAMPLE, folder, { recursive: true });
    const settings = readFileSync(join(folder, "city.yaml"), "utf8")
      .replace(/^locale: .*$/m, "locale: id-ID")
      .replace(/^timeZone: .*$/m, "timeZone: Asia/Jakarta");
    writeFileSync(join(folder, "city.yaml"), settings);
    city = await openCityBrowser({ KOTA_CITY: folder, KOTA_SIMULATE: "false" });
    const context = await city.browser.newContext({
      viewport: { width: 1280, height: 900 },
      locale: "pt-PT",
      timezoneId: "Europe/Lisbon",
    });
    page = city.watch(await context.newPage());
    page.setDefaultTimeout(20_000);
  }, 60_000);
  afterAll(async () => {
    await city?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("writes numbers and times as the city does, in either language", async () => {
    const client = await connectAsync(city.mqttUrl);
    const time = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 120_000);
    const message = { time: time.toISOString(), values: { noise_laeq: 61.5 } };
    await client.publishAsync("kota/v1/noise-leith-1", JSON.stringify(message), { qos: 1 });
    await client.endAsync();
    const inJakarta = new Date(time.getTime() + 7 * 3_600_000).toISOString().slice(11, 16);
    for (const [language, heading] of [
      [/English/, "Latest values"],
      [/Bahasa Indonesia/, "Nilai terbaru"],
    ] as const) {
      await page.goto(`${city.url}/devices/noise-leith-1?as=table`);
      await page.getByRole("radio", { name: language }).click();
      await page.getByRole("heading", { name: heading }).waitFor();
      await page.locator(".latest-value", { hasText: "61,5" }).first().waitFor();
      expect(await page.locator("header").first().innerText()).toContain("WIB");
      const shown = (await page.locator("main").innerText()).replaceAll(".", ":");
      expect(shown).toContain(inJakarta);
    }
    expect(city.problems).toEqual([]);
    expect(city.outside).toEqual([]);
  }, 60_000);
});
