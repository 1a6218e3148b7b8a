import { readFile } from "node:fs/promises";
import { connectAsync } from "mqtt";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../e2e/kota-process.ts";
import { CHROMIUM, type CityBrowser, MISSING, openCityBrowser } from "./city-browser.ts";
import { seriousViolations } from "./serious-violations.ts";

const TOKEN = "a-token-of-good-length-for-tests";
const HOUR = 3_600_000;
/** Well inside of the recorded day that is played at the start. */
const THEN = new Date(Math.floor((Date.now() - 5 * HOUR) / HOUR) * HOUR).toISOString().replace(".000", "");

describe.skipIf(!CHROMIUM)(`operating a city in Chromium${MISSING}`, () => {
  let city: CityBrowser;
  let page: Page;
  let url = "";

  const open = async (path: string): Promise<void> => {
    await page.goto(`${url}${path}`);
    await page.getByRole("heading").first().waitFor();
  };
  const publish = async (topic: string, payload: string | Buffer): Promise<void> => {
    const client = await connectAsync(city.mqttUrl);
    await client.publishAsync(topic, payload, { qos: 1 });
    await client.endAsync();
  };
  const giveToken = async (): Promise<void> => {
    await page.getByLabel("Admin token").first().fill(TOKEN);
    await page.getByRole("button", { name: "Use it" }).first().click();
    await page.getByText("known in this tab").first().waitFor();
  };

  beforeAll(async () => {
    city = await openCityBrowser({ KOTA_ADMIN_TOKEN: TOKEN });
    url = city.url;
    const context = await city.browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale: "en-GB",
      reducedMotion: "reduce",
      acceptDownloads: true,
    });
    page = city.watch(await context.newPage());
    await open("/");
    // The recorded past is played, stored and scored first. What is asked of it before is kept for a minute as it was.
    await city.kota.line(/of the past played/, 120_000);
    await page.locator(".areas-table .dimension-column a").first().waitFor({ timeout: 90_000 });
    await eventually(
      async () => {
        const scores = (await (await fetch(`${url}/v1/scores?at=${THEN}`)).json()) as {
          score: number | null;
        }[];
        return scores[0]?.score == null ? undefined : true;
      },
      240_000,
      "scores of the recorded past",
    );
  }, 480_000);
  afterAll(() => city?.close());

  describe("Now", () => {
    it("answers from the start page which bin must be emptied next, and where, without a click", async () => {
      await open("/");
      const bin = page.locator(".finding", { hasText: /Bin is/ }).first();
      await bin.waitFor({ timeout: 20_000 });
      expect(await bin.innerText()).toMatch(/% full[\s\S]*(Town|End|Leith|Seaside)/);
    });
  });

  describe("Over time", () => {
    it("shows the whole page as it was, says so, steps and plays through hours, and comes back", async () => {
      await open("/");
      await page.getByRole("link", { name: "Look back", exact: true }).click();
      await page.waitForURL(/\?at=/);
      await open(`/?at=${THEN}`);
      const bar = page.getByRole("region", { name: "The past" });
      await bar.waitFor();
      await page.locator(".live-past").waitFor();
      const shown = async () =>
        (await page.locator(".scores-block .evidence time").first().getAttribute("datetime")) ?? "";
      await expect.poll(shown, { timeout: 20_000 }).toContain(THEN.slice(0, 16));
      const response = await fetch(`${url}/v1/scores?at=${THEN}`);
      const [overall] = (await response.json()) as { score: number }[];
      expect(await page.locator(".overall-card").innerText()).toContain(
        String(Math.round(overall?.score ?? -1)),
      );
      await bar.getByRole("button", { name: "An hour later" }).click();
      const next = new Date(Date.parse(THEN) + HOUR).toISOString().slice(0, 16);
      await expect.poll(shown, { timeout: 20_000 }).toContain(next);
      await bar.getByRole("button", { name: "Play" }).click();
      await expect.poll(shown, { timeout: 20_000 }).not.toContain(next);
      await bar.getByRole("button", { name: "Pause" }).click();
      await bar.getByRole("link", { name: "Back to now" }).click();
      await bar.waitFor({ state: "hidden" });
      expect(page.url()).not.toContain("at=");
    }, 60_000);

    it("takes the moment along to every page, each of which shows it or says that it shows now", async () => {
      await open(`/?at=${THEN}`);
      const bar = page.getByRole("region", { name: "The past" });
      for (const [name, isPast] of [
        ["Work list", true],
        ["Alerts", true],
        ["Over time", true],
        ["Devices", true],
        ["Rejections", true],
        ["Playground", false],
        ["Pipeline", false],
        ["Ledger", true],
        ["Sources", false],
        ["Now", true],
      ] as const) {
        await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name }).click();
        await page.getByRole("heading", { level: 1 }).first().waitFor();
        await bar.getByText("This page shows what is now").waitFor({ state: isPast ? "hidden" : "visible" });
        expect(await bar.getByRole("button", { name: "Play" }).count()).toBe(isPast ? 1 : 0);
        expect(new URL(page.url()).searchParams.get("at")).toBe(THEN);
      }
    }, 60_000);

    it("shows devices, a chart and the work list as they were at the moment, and plays at another speed", async () => {
      const { devices } = (await (await fetch(`${url}/v1/devices?kind=noise&at=${THEN}`)).json()) as {
        devices: { id: string; name: string; latest: { noise_laeq?: { value: number } } }[];
      };
      const [device] = devices;
      const then = device?.latest.noise_laeq?.value.toFixed(1) ?? "none";
      await open(`/devices?kind=noise&at=${THEN}`);
      await page
        .locator(".fleet-line", { hasText: device?.name ?? "" })
        .getByText(then)
        .waitFor();
      await open(`/devices/${device?.id}?at=${THEN}`);
      expect(await page.locator(".latest-value").first().innerText()).toContain(then);
      await page.locator(".chart canvas").waitFor();
      const caption = await page.locator(".chart-caption").innerText();
      expect(caption).toContain(`last ${then}`);
      expect(await page.getByRole("button", { name: "Change", exact: true }).count()).toBe(0);

      await open(`/work?at=${THEN}`);
      await page.getByText("Nothing can be changed in the past.").waitFor();
      await page.locator(".finding").first().waitFor({ timeout: 20_000 });
      expect(await page.getByRole("button", { name: /^Acknowledge/ }).count()).toBe(0);

      await page.getByLabel("Speed: how far a picture is from the one before").selectOption("10m");
      await page.getByRole("button", { name: "Play" }).click();
      const at = () => new URL(page.url()).searchParams.get("at") ?? "";
      await expect.poll(at, { timeout: 30_000 }).toContain(":10:00");
      await page.getByRole("button", { name: "Pause" }).click();
      const paused = at();
      await page.waitForTimeout(2500);
      expect(at()).toBe(paused);
    }, 90_000);

    it("keeps the live stream out of the past", async () => {
      await open(`/?at=${THEN}&device=noise-leith-1`);
      const value = page.locator(".chosen-device .latest-value").first();
      await value.waitFor({ timeout: 20_000 });
      const before = await value.innerText();
      await publish("kota/v1/noise-leith-1", JSON.stringify({ values: { noise_laeq: 111.1 } }));
      const isLive = async () =>
        (await (await fetch(`${url}/v1/devices/noise-leith-1/latest`)).text()).includes("111.1");
      await expect.poll(isLive, { timeout: 10_000 }).toBe(true);
      // A page that shows what is now would have taken it over within a quarter of a second.
      await page.waitForTimeout(1000);
      expect(await value.innerText()).toBe(before);
    }, 30_000);
  });

  describe("Why", () => {
    it("says in two clicks what changed in a score since the day before", async () => {
      await open("/");
      await page.locator(".areas-table .dimension-column a").first().click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("What changed").click();
      await dialog.getByLabel("Compared with").selectOption("1h");
      await dialog.locator(".change").first().waitFor({ timeout: 20_000 });
      expect(await dialog.locator(".change-list").innerText()).toMatch(/→[\s\S]*[+−±]/);
      await page.keyboard.press("Escape");
    }, 30_000);

    it("opens an indicator down to its readings, those left out with the reason, its corrections and what would raise it", async () => {
      await open("/?why=old-town/environment/waste/bins_full");
      const dialog = page.getByRole("dialog");
      await dialog.getByText("What would raise it").click();
      await dialog
        .locator(".move-list")
        .getByText(/^Empty \d+ bin/)
        .first()
        .waitFor({ timeout: 20_000 });
      expect(await dialog.locator(".move-list").first().innerText()).toMatch(/\+\d/);
      await dialog.getByText("Readings, used and left out").click();
      await dialog.getByText("Computed again from them").waitFor({ timeout: 20_000 });
      await dialog.getByRole("heading", { name: "Used", exact: true }).waitFor();
      await dialog.getByText("Corrections", { exact: true }).click();
      await dialog
        .getByText(/ became |No score of the last day was corrected/)
        .first()
        .waitFor();
      await dialog
        .getByRole("heading", { name: "Used", exact: true })
        .locator("xpath=following-sibling::ul[1]//a")
        .first()
        .click();
      await page.waitForURL(/\/devices\/bin-.*metric=fill_level/);
      await page.locator(".latest-value").first().waitFor();
    }, 60_000);
  });

  describe("Over time", () => {
    it("gives last week's PM2.5 of the worst area in three clicks, as CSV and as Parquet", async () => {
      await open("/");
      await page.getByRole("link", { name: "Over time", exact: true }).click();
      await page.getByRole("link", { name: /^PM2\.5.* in / }).click();
      await page.locator(".chart canvas").waitFor();
      for (const [button, ending, begin] of [
        ["Download CSV", ".csv", "time,series"],
        ["Download Parquet", ".parquet", "PAR1"],
      ] as const) {
        const [file] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name: button }).click(),
        ]);
        expect(file.suggestedFilename()).toMatch(new RegExp(`${ending}$`));
        expect((await readFile(await file.path())).subarray(0, begin.length).toString()).toBe(begin);
      }
      expect(page.url()).toMatch(/s=pm2_5@.*range=7d/);
    }, 30_000);
  });

  describe("Playground", () => {
    it("tries a message out, names the field that failed, and keeps it in the link", async () => {
      await open("/playground");
      await page.getByLabel("Payload").fill('{ "values": 4 }');
      await page.getByRole("button", { name: "Try it" }).click();
      await page.getByText("It would be rejected: Not the expected shape").waitFor();
      expect(await page.locator("#result").innerText()).toContain("values");
      await page.getByLabel("Payload").fill('{ "values": { "noise_laeq": 50.5 } }');
      await page.getByRole("button", { name: "Try it" }).click();
      await page.getByText("It becomes 1 reading").waitFor();
      await page.reload();
      await page.getByText("It becomes 1 reading").waitFor();
      expect(await page.locator("#result").innerText()).toMatch(/noise_laeq[\s\S]*50\.5/);
      const { status } = await fetch(`${url}/v1/rejections?device=noise-leith-1`);
      expect(status).toBe(200);
    });

    it("takes a message that comes now, and a rejection by its link", async () => {
      await open("/playground");
      await page.getByRole("button", { name: "Take one that comes now" }).click();
      await page.locator(".recent").first().waitFor({ timeout: 15_000 });
      await publish("kota/v1/noise-leith-1", Buffer.from([0xff, 0xfe, 0x41]));
      await open("/rejections?code=not_utf8");
      await page.locator(".rejection summary").first().click();
      await page.getByRole("link", { name: "Open it in the playground" }).click();
      await expect.poll(() => page.getByLabel("Payload").inputValue()).toBe("ff fe 41");
      await page.getByText("It would be rejected: Not UTF-8 text").waitFor();
    }, 40_000);

    it("takes an uplink of The Things Stack as it is, and says what a codec that is not its own makes of it", async () => {
      const uplink = (bytes: string, port = 2) =>
        JSON.stringify({
          end_device_ids: { device_id: "soil-sim-west-end", application_ids: { application_id: "town" } },
          uplink_message: { f_port: port, frm_payload: Buffer.from(bytes, "hex").toString("base64") },
        });
      await open("/playground");
      await page.getByLabel("Topic").first().fill("v3/town@ttn/devices/soil-sim-west-end/up");
      await page.getByLabel("Payload").fill(uplink("9d3200"));
      await page.getByRole("button", { name: "Try it" }).click();
      await page.getByText("expected 4 bytes, got 3").first().waitFor();
      expect(await page.locator("#result").innerText()).toMatch(/It would be rejected[\s\S]*soil-probe/);
      await page.getByLabel("Payload").fill(uplink("9d320095"));
      await page.getByRole("button", { name: "Try it" }).click();
      await page.getByText("It becomes 2 readings").waitFor();

      await open("/playground?try=codec&codec=bin-level");
      const field = page.getByLabel(/^Uplinks/);
      await field.fill(uplink("9d320095", 7));
      await page.getByRole("button", { name: "Run" }).click();
      await page.locator(".codec-result").getByText("unknown fPort 7").waitFor();
      expect(JSON.parse(await field.inputValue())).toEqual([{ fPort: 7, bytes: "9d320095" }]);
      await field.fill('[{ "temperature": 20 }]');
      await page.getByRole("button", { name: "Run" }).click();
      await page.getByRole("alert").getByText("Uplink 1 has no bytes.").waitFor();
    }, 40_000);

    it("edits a codec, runs its examples with its console, and keeps it in the link", async () => {
      await open("/playground?try=codec");
      const editor = page.getByRole("textbox", { name: "JavaScript of the codec" });
      await editor.waitFor();
      await page.getByRole("button", { name: "Run" }).click();
      await page.getByText(/^6 of 6 examples are met/).waitFor();
      await page.getByText("3 of 4 uplinks give readings").waitFor();
      const fill = page
        .locator(".codec-result")
        .first()
        .getByRole("row", { name: /^fill_level/ });
      expect(await fill.innerText()).toMatch(/fill_level\s+50\s%/);
      await editor.fill(
        'function decodeUplink(input) { console.log("hello", input.bytes); return { data: { n: input.bytes.length } }; }',
      );
      await page.getByLabel(/^Uplinks/).fill('[{ "fPort": 1, "bytes": "0102" }]');
      await page.getByRole("button", { name: "Run" }).click();
      await page.getByText("hello [1,2]").waitFor();
      // Data alone is no success: nothing of it is a reading.
      await page.locator(".verdict-bad").getByText("none of its fields became one").waitFor();
      const row = page.locator(".codec-result").getByRole("row", { name: /^n / });
      expect(await row.innerText()).toMatch(/the number 2\s+nothing: kota does not know this name/);
      await expect.poll(() => page.url()).toMatch(/code=[\w-]+.*uplinks=/);
      await page.reload();
      await expect
        .poll(() => page.getByRole("textbox", { name: "JavaScript of the codec" }).innerText())
        .toContain("hello");
      await page.getByRole("button", { name: "Run" }).click();
      await page.getByText("hello [1,2]").waitFor();
    }, 30_000);
  });

  describe("Devices", () => {
    it("adopts a device that nobody registered, moves it, replays, and retires it", async () => {
      await publish("zigbee2mqtt/new-lamp", JSON.stringify({ temperature: 18.5 }));
      await open("/rejections?code=unknown_device");
      await expect
        .poll(
          async () => {
            await page.reload();
            // The list comes some 150 ms after the page: counted at once there is nearly always none.
            await page
              .locator(".rejection")
              .first()
              .waitFor({ timeout: 1000 })
              .catch(() => undefined);
            return page.locator(".rejection").count();
          },
          { timeout: 15_000, interval: 1000 },
        )
        .toBeGreaterThan(0);
      await giveToken();
      await page.getByRole("button", { name: "See what would become of them" }).click();
      await page.getByText(/^0 messages would become/).waitFor();
      await open("/devices");
      await page.locator(".unknown-device summary", { hasText: "new-lamp" }).click();
      const row = page.locator(".unknown-device", { hasText: "new-lamp" });
      await row.getByLabel("Name").fill("New lamp");
      await row.getByLabel("Kind").selectOption("weather");
      await row.getByRole("button", { name: "Adopt" }).click();
      await page.getByText(/New lamp is registered: 1 messages became 1 readings/).waitFor();
      await page.getByRole("link", { name: "Put it on the map" }).click();
      await page.getByRole("heading", { name: "Change this device" }).waitFor();
      const degrees = async (name: "Latitude" | "Longitude") =>
        Number(await page.getByLabel(`${name}, degrees`).inputValue());
      await page.getByRole("button", { name: "Place it in the middle" }).click();
      const middle = await degrees("Latitude");
      expect(middle).toBeGreaterThan(50);
      const handle = page.getByRole("button", { name: /^Place of the device/ });
      await handle.scrollIntoViewIfNeeded();
      const box = await handle.boundingBox();
      if (!box) throw new Error("the mark has no place");
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 30, y - 20, { steps: 5 });
      await page.mouse.move(x + 60, y - 40, { steps: 5 });
      await page.mouse.up();
      await expect.poll(() => degrees("Latitude")).toBeGreaterThan(middle);
      const dragged = [await degrees("Longitude"), await degrees("Latitude")] as const;
      await handle.focus();
      await page.keyboard.press("ArrowUp");
      await expect.poll(() => degrees("Latitude")).toBeGreaterThan(dragged[1]);
      await page.keyboard.press("Shift+ArrowRight");
      await expect.poll(() => degrees("Longitude")).toBeGreaterThan(dragged[0]);
      await page.getByText("Moved, not saved yet.").waitFor();
      await page.getByRole("button", { name: "Put it back" }).click();
      expect(await page.getByLabel("Latitude, degrees").inputValue()).toBe("");
      await page.getByRole("button", { name: "Place it in the middle" }).click();
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByRole("heading", { name: "Change this device" }).waitFor({ state: "hidden" });
      const registered = async () =>
        (await (await fetch(`${url}/v1/devices/new-lamp`)).json()) as {
          lat: number | null;
          retired: boolean;
        };
      await expect.poll(async () => (await registered()).lat).toBeGreaterThan(50);
      await page.getByRole("button", { name: "Change" }).click();
      await page.getByRole("button", { name: "Retire it" }).click();
      await page.getByRole("button", { name: "Yes, retire it" }).click();
      await expect.poll(async () => (await registered()).retired).toBe(true);
    }, 60_000);
  });

  describe("Live", () => {
    it("has nothing serious for axe on these pages, in light and dark, and fits a phone", async () => {
      const found: string[] = [];
      const pages = {
        past: `/?at=${THEN}`,
        "a past score": `/?at=${THEN}&why=city/living//`,
        playground: "/playground?topic=elsewhere&payload=%7B%22temperature%22%3A20%7D",
        codec: "/playground?try=codec",
        edit: "/devices/noise-leith-1?edit=yes",
      };
      for (const [name, path] of Object.entries(pages)) {
        await page.setViewportSize({ width: 1440, height: 900 });
        await open(path);
        await page.waitForLoadState("networkidle", { timeout: 3000 }).catch(() => undefined);
        found.push(...(await seriousViolations(page, name)));
        await page.setViewportSize({ width: 360, height: 740 });
        const wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        if (Number(wide) > 0) found.push(`${name}: ${wide} px too wide for a phone`);
      }
      expect(found).toEqual([]);
    }, 90_000);
  });

  it("asked nobody else for anything, and had no errors but those that were meant", () => {
    expect(city.outside).toEqual([]);
    expect(city.problems.filter((problem) => !/404 \(Not Found\)/.test(problem))).toEqual([]);
  });
});
