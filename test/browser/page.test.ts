import { existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, type KotaProcess, killAll, startKota } from "../e2e/kota-process.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);

/** A browser that talks to nobody but the page it is shown. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

describe.skipIf(!CHROMIUM)(
  `the page in Chromium${CHROMIUM ? "" : " (no Chromium here: infra/native/install.sh chromium)"}`,
  () => {
    const dataDir = mkdtempSync(join(tmpdir(), "kota-page-"));
    let kota: KotaProcess;
    let browser: Browser;
    let page: Page;
    let url = "";
    let mqttUrl = "";
    const outside: string[] = [];
    const problems: string[] = [];

    beforeAll(async () => {
      kota = startKota(["start"], { KOTA_HTTP_PORT: "0", KOTA_MQTT_PORT: "0", KOTA_DATA_DIR: dataDir });
      url = (await kota.line(/page and API\s+(http:\S+)/))[1] ?? "";
      mqttUrl = (await kota.line(/MQTT broker\s+(mqtt:\S+)/))[1] ?? "";
      browser = await chromium.launch({ executablePath: CHROMIUM ?? "", args: ARGUMENTS });
      page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      page.on("request", (request) => {
        if (!request.url().startsWith(url) && !/^(blob|data):/.test(request.url()))
          outside.push(request.url());
      });
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") problems.push(message.text());
      });
      await page.goto(url);
    });
    afterAll(async () => {
      await browser?.close();
      killAll();
      await rm(dataDir, { recursive: true, force: true });
    });

    it("shows live environment and living scores within a minute of the start", async () => {
      await page.getByRole("heading", { name: "Environment" }).first().waitFor();
      const shown = () => page.locator("main").innerText();
      await expect
        .poll(shown, { timeout: 60_000 })
        .toMatch(/Environment[\s\S]*?\n\s*\d{1,3}\s*\n[\s\S]*?Living[\s\S]*?\n\s*\d{1,3}\s*\n/);
      expect(await shown()).toMatch(/Governance[\s\S]*?no data yet/i);
    }, 90_000);

    it("says what is recorded and what is simulated, with publisher and licence", async () => {
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
      expect(text).toMatch(/14\s+simulated/);
    });

    it("shows a new value without a reload", async () => {
      await page.goto(`${url}/?device=noise-leith-1&metric=noise_laeq`);
      const client = await connectAsync(mqttUrl);
      await page.getByText("Sound level, LAeq").first().waitFor();
      await client.publishAsync("kota/v1/noise-leith-1", JSON.stringify({ values: { noise_laeq: 101.7 } }), {
        qos: 1,
      });
      await page.getByText("101.7").first().waitFor({ timeout: 5000 });
      await client.endAsync();
    });

    it("opens a score down to its devices", async () => {
      await page.goto(url);
      await page.getByText("Why").first().click();
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      await expect.poll(() => dialog.innerText(), { timeout: 10_000 }).toMatch(/weight|share/i);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
    });

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

    it("asked nobody else for anything, and had no errors", () => {
      expect(outside).toEqual([]);
      expect(problems).toEqual([]);
    });

    it("says so when kota is gone, instead of showing old numbers as live", async () => {
      await kota.end("SIGTERM");
      await page
        .getByText(/stale|reconnecting/i)
        .first()
        .waitFor({ timeout: 30_000 });
    });
  },
);
