import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { connectAsync } from "mqtt";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, startKota } from "../e2e/kota-process.ts";
import { CHROMIUM, type CityBrowser, MISSING, openCityBrowser } from "./city-browser.ts";
import { seriousViolations } from "./serious-violations.ts";

const HOUR = 3_600_000;
const DEVICE = "noise-leith-1";
/** Of this hour readings are lost: it is over, and within the last 24 hours. */
const LOST_HOUR = Math.floor((Date.now() - 5 * HOUR) / HOUR) * HOUR;
const LOST = 4;
/** Devices whose day is there too: together more lines than the page shows at once. */
const OTHERS = [
  ...["noise-west-end-1", "noise-west-end-2", "noise-new-town-1", "noise-new-town-2"],
  ...["noise-old-town-1", "noise-old-town-2", "weather-sim-west-end", "weather-sim-new-town"],
  ...["weather-sim-seaside"],
];
const metricOf = (device: string) => (device.startsWith("noise") ? "noise_laeq" : "temperature");

interface Ledger {
  readonly total: { readonly received: number; readonly stored: number; readonly difference: number };
  readonly lines: readonly { readonly device: string | null; readonly difference: number }[];
}

describe.skipIf(!CHROMIUM)(`Rejections and ledger: the ledger in Chromium${MISSING}`, () => {
  let city: CityBrowser;
  let page: Page;

  const open = async (path: string): Promise<void> => {
    await page.goto(`${city.url}${path}`);
    await page.getByRole("heading").first().waitFor();
  };
  const ledger = async (query = ""): Promise<Ledger> => {
    const from = Math.floor((Date.now() - 24 * HOUR) / HOUR) * HOUR;
    return (await (await fetch(`${city.url}/v1/ledger?from=${from}&limit=5000${query}`)).json()) as Ledger;
  };
  const sentence = () => page.locator(".ledger-verdict").innerText();

  beforeAll(async () => {
    // Without the simulator only this test speaks for the devices.
    city = await openCityBrowser({ KOTA_SIMULATE: "false" });
    const client = await connectAsync(city.mqttUrl);
    const send = (device: string, payload: string) =>
      client.publishAsync(`kota/v1/${device}`, payload, { qos: 1 });
    const publish = (payload: string) => send(DEVICE, payload);
    for (const device of OTHERS) {
      for (let hour = 1; hour < 24; hour++) {
        const time = new Date(Date.now() - hour * HOUR).toISOString();
        await send(device, JSON.stringify({ time, values: { [metricOf(device)]: 20 + hour } }));
      }
    }
    for (let minute = 0; minute < 10; minute++) {
      const time = new Date(LOST_HOUR + minute * 60_000).toISOString();
      await publish(JSON.stringify({ time, values: { noise_laeq: 50 + minute } }));
      // The same once more: it had come before.
      if (minute < 2) await publish(JSON.stringify({ time, values: { noise_laeq: 50 + minute } }));
    }
    await publish(JSON.stringify({ values: { noise_laeq: 999 } }));
    await client.endAsync();
    const context = await city.browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: "en-GB",
      reducedMotion: "reduce",
      acceptDownloads: true,
    });
    page = city.watch(await context.newPage());
    page.setDefaultTimeout(15_000);
    await eventually(
      async () => {
        const { lines } = await ledger(`&device=${DEVICE}`);
        return lines.length === 2 || undefined;
      },
      90_000,
      "the ledger of what was published",
    );
  }, 240_000);
  afterAll(async () => {
    await city?.close();
  });

  it("is reached from the rejections, the pipeline and the device, and says in one sentence where everything is", async () => {
    await open("/rejections");
    await page.getByRole("link", { name: /^The ledger shows/ }).click();
    await page.waitForURL(/\/ledger$/);
    // What was counted while the page was read: both are asked again until they agree.
    await expect
      .poll(
        async () => {
          const { total } = await ledger();
          const count = (n: number) => n.toLocaleString("en-GB");
          const said = await sentence();
          return (
            said.includes(`Of ${count(total.received)} readings received in the last 24 hours`) &&
            said.includes(`${count(total.stored)} are stored`) &&
            /1 was rejected, 2 had come before.* none is missing\.$/.test(said)
          );
        },
        { timeout: 90_000, interval: 500 },
      )
      .toBe(true);
    await open("/pipeline");
    await page.locator(".facts", { hasText: "Missing" }).getByRole("link", { name: "Ledger" }).click();
    await page.waitForURL(/\/ledger$/);
    await open(`/devices/${DEVICE}`);
    await page.getByRole("link", { name: "Its ledger" }).click();
    await page.waitForURL(new RegExp(`/ledger\\?device=${DEVICE}$`));
    await expect
      .poll(sentence)
      .toBe(
        "Of 13 readings received from Sound meter Leith 1 in the last 24 hours, 10 are stored, 1 was rejected, 2 had come before, and none is missing.",
      );
  }, 120_000);

  it("leads from a line to the messages that were rejected in it", async () => {
    await open(`/ledger?device=${DEVICE}`);
    await page.locator(".ledger-line", { hasText: "Impossible value" }).waitFor();
    await page
      .locator(".ledger-line")
      .getByRole("link", { name: /Impossible value/ })
      .click();
    await page.waitForURL(/\/rejections\?.*device=noise-leith-1/);
    await page.locator(".rejection summary", { hasText: "Impossible value" }).waitFor();
    expect(await page.locator(".rejection").count()).toBe(1);
  });

  it("is filtered by the name of a device, by keyboard, and the URL holds it all", async () => {
    await open("/ledger?range=6h");
    await page.getByRole("combobox", { name: "Device" }).fill("Sound meter Leith 1");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.url()).toMatch(/range=6h.*device=noise-leith-1/);
    await expect.poll(() => page.locator(".ledger-line").count()).toBe(2);
    await page.getByLabel("Only what is missing").focus();
    await page.keyboard.press("Space");
    await expect.poll(() => page.url()).toContain("differences=true");
    await page.getByText("Nothing is missing here").waitFor();
    await page.reload();
    await page.getByText("Nothing is missing here").waitFor();
    expect(await page.getByLabel("Only what is missing").isChecked()).toBe(true);
    await page.goBack();
    await expect.poll(() => page.locator(".ledger-line").count()).toBe(2);
    await page.getByRole("button", { name: "Clear the filters" }).click();
    await expect.poll(() => page.url()).not.toContain("device=");
    await expect.poll(() => page.locator(".ledger-line").count()).toBeGreaterThan(40);
  });

  it("shows the older hours when they are asked for", async () => {
    await open("/ledger");
    await page.locator(".ledger-line").first().waitFor();
    const before = await page.locator(".ledger-line").count();
    await page.getByRole("button", { name: "Load older ones" }).click();
    await expect.poll(() => page.locator(".ledger-line").count()).toBeGreaterThan(before);
  });

  it("says why there is nothing, and what to do", async () => {
    await open("/ledger?from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z");
    await page.getByText("Nothing came in these hours").waitFor();
    expect(await sentence()).toMatch(/^Nothing was received from 1 Jan, 00:00 to 2 Jan, 00:00\.$/);
    await open("/ledger?device=nobody");
    await page.getByText("Nothing came from nobody").waitFor();
    await page.route("**/v1/ledger?*", (route) => route.abort());
    await open("/ledger");
    await page.getByText("The ledger could not be loaded").waitFor({ timeout: 30_000 });
    await page.unroute("**/v1/ledger?*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".ledger-line").first().waitFor();
  }, 60_000);

  it("says when no ledger is kept", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "kota-no-ledger-"));
    const kota = startKota(["start"], {
      KOTA_HTTP_PORT: "0",
      KOTA_MQTT_PORT: "0",
      KOTA_DATA_DIR: dataDir,
      KOTA_SIMULATE: "false",
      KOTA_LEDGER: "off",
    });
    const url = (await kota.line(/page and API\s+(http:\S+)/))[1] ?? "";
    const other = await city.browser.newPage();
    await other.goto(`${url}/ledger`);
    await other.getByText("No ledger yet").waitFor({ timeout: 20_000 });
    await other.close();
    await kota.end("SIGTERM");
    rmSync(dataDir, { recursive: true, force: true });
  }, 60_000);

  it("shows in red which readings are gone from the time series, of which device and hour, and gives them as CSV", async () => {
    await city.restart(async (dataDir) => {
      const database = await DuckDBInstance.create(join(dataDir, "time-series", "time-series.duckdb"));
      const connection = await database.connect();
      const gone = await connection.runAndReadAll(
        `DELETE FROM readings WHERE device = (SELECT id FROM devices WHERE name = '${DEVICE}')
           AND time >= ${LOST_HOUR} AND time < ${LOST_HOUR + LOST * 60_000}`,
      );
      expect(gone.getRows()).toEqual([[BigInt(LOST)]]);
      connection.closeSync();
      database.closeSync();
    });
    await eventually(
      async () => ((await ledger()).total.difference === LOST ? true : undefined),
      120_000,
      "the difference of what was deleted",
    );
    await open("/ledger");
    await expect.poll(sentence).toMatch(/and 4 are missing\.$/);
    await page.getByRole("link", { name: "Show which" }).click();
    await page.waitForURL(/differences=true/);
    const line = page.locator(".ledger-line");
    await expect.poll(() => line.count()).toBe(1);
    expect(await line.innerText()).toMatch(/Sound meter Leith 1\s+noise-leith-1[\s\S]*4 missing/);
    const colours = await page.evaluate(
      "['.ledger-line strong', '.ledger-part-bad dd'].map((one) => getComputedStyle(document.querySelector(one)).color)",
    );
    expect(colours).toEqual(["rgb(168, 50, 31)", "rgb(168, 50, 31)"]);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download CSV" }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/^ledger_.*\.csv$/);
    const [head, ...rows] = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
    expect(head).toMatch(/^hour,device,received,stored,rejected,duplicate,conflict,pending,difference/);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain(`${new Date(LOST_HOUR).toISOString()},${DEVICE},12,6,0,2,0,0,4,`);
    await line.getByRole("link", { name: "Sound meter Leith 1" }).click();
    await page.waitForURL(new RegExp(`/devices/${DEVICE}`));
  }, 180_000);

  it("speaks Bahasa Indonesia, fits a phone, and has nothing serious for axe", async () => {
    const found: string[] = [];
    await open("/ledger");
    found.push(...(await seriousViolations(page, "the ledger")));
    await page.getByRole("radio", { name: /Bahasa Indonesia/ }).click();
    await page.getByRole("heading", { name: "Neraca", level: 1 }).waitFor();
    await expect.poll(sentence).toMatch(/^Dari .* pembacaan yang diterima dalam 24 jam terakhir/);
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of ["/ledger", "/ledger?differences=true"]) {
      await open(path);
      await page.locator(".ledger-line").first().waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
      found.push(...(await seriousViolations(page, `${path} on a phone`)));
    }
    expect(found).toEqual([]);
    expect(city.outside).toEqual([]);
  }, 60_000);
});
