import { existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { type KotaProcess, killAll, startKota } from "../e2e/kota-process.ts";

export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => existsSync(path),
);

/** What a skipped suite says of itself. */
export const MISSING = CHROMIUM ? "" : " (no Chromium here: infra/native/install.sh chromium)";

/** On a machine that others use too. */
const START_MS = 55_000;

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

/** The example city, running, and a browser to look at it. */
export interface CityBrowser {
  readonly kota: KotaProcess;
  readonly browser: Browser;
  readonly url: string;
  readonly mqttUrl: string;
  /** Addresses that were asked for and are not kota's. */
  readonly outside: readonly string[];
  /** Errors that a page had. */
  readonly problems: readonly string[];
  /** Writes down what a page asks of others, and its errors. */
  watch(page: Page): Page;
  /** Stops kota, lets something happen meanwhile, to its data too, and starts it again where it was. */
  restart(meanwhile: (dataDir: string) => Promise<void>, how?: "SIGTERM" | "SIGKILL"): Promise<void>;
  close(): Promise<void>;
}

/** @param settings Settings beside those of every test, by their variables. */
export async function openCityBrowser(settings: Readonly<Record<string, string>> = {}): Promise<CityBrowser> {
  const dataDir = mkdtempSync(join(tmpdir(), "kota-page-"));
  const start = (httpPort: string, mqttPort: string) =>
    startKota(["start"], {
      KOTA_HTTP_PORT: httpPort,
      KOTA_MQTT_PORT: mqttPort,
      KOTA_DATA_DIR: dataDir,
      ...settings,
    });
  let kota = start("0", "0");
  const addressOf = async (line: RegExp) => (await kota.line(line, START_MS))[1] ?? "";
  const url = await addressOf(/page and API\s+(http:\S+)/).catch((error: unknown) => {
    killAll();
    throw error;
  });
  const mqttUrl = await addressOf(/MQTT broker\s+(mqtt:\S+)/);
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? "", args: ARGUMENTS });
  const outside: string[] = [];
  const problems: string[] = [];
  return {
    get kota() {
      return kota;
    },
    browser,
    url,
    mqttUrl,
    outside,
    problems,
    watch(page) {
      page.on("request", (request) => {
        if (!request.url().startsWith(url) && !/^(blob|data):/.test(request.url()))
          outside.push(request.url());
      });
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") problems.push(message.text());
      });
      return page;
    },
    async restart(meanwhile, how = "SIGTERM") {
      await kota.end(how);
      await meanwhile(dataDir);
      kota = start(new URL(url).port, new URL(mqttUrl).port);
      await kota.line(/page and API/);
      await kota.line(/MQTT broker/);
    },
    async close() {
      await browser.close();
      killAll();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
