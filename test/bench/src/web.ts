import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Reading } from "@kota/model";
import { openDuckDbStore } from "@kota/time-series";
import { connectAsync } from "mqtt";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import type { Latency } from "./embedded.ts";
import { type EmbeddedKota, startEmbedded } from "./kota.ts";
import { deviceId } from "./load-plan.ts";
import { type Machine, machine } from "./machine.ts";
import { median, percentile } from "./numbers.ts";
import { progress } from "./progress.ts";
import { slopePerMinute } from "./slope.ts";

export interface WebOptions {
  readonly devices: number;
  /** Messages a second while the page is open. */
  readonly rate: number;
  /** How long the page's memory is watched. */
  readonly seconds: number;
  /** Temporary, of this run alone. */
  readonly dir: string;
}

export interface WebResult {
  readonly benchmark: "web";
  readonly machine: Machine;
  readonly options: Omit<WebOptions, "dir">;
  /** Milliseconds from the start of the navigation until the overall score is on the screen, with an empty cache. */
  readonly firstScore: {
    readonly loads: number;
    readonly median: number;
    readonly worst: number;
    /** Processor time of the page's process until then: on a machine that others use too it says more than the clock. */
    readonly cpuMedian: number;
  };
  /** Bytes as they came over the wire until then, and the map's after. */
  readonly transferred: { readonly script: number; readonly other: number; readonly map: number };
  /** From an MQTT publish until the value is on the screen, milliseconds. */
  readonly pixels: Latency;
  /** A year of minute data: until the chart is drawn from the navigation, and from the question for its series. */
  readonly year: { readonly readings: number; readonly navigation: number; readonly chart: number };
  readonly memory: PageMemory;
}

/** The heap of a page that stays open, after garbage collection. */
export interface PageMemory {
  readonly minutes: number;
  readonly samples: number;
  readonly firstMegabytes: number;
  readonly lastMegabytes: number;
  readonly megabytesPerMinute: number;
  /** Of the second half alone: what a page takes once, as it fills, is no growth. */
  readonly laterMegabytesPerMinute: number;
}

/** What is left when only the memory is watched. */
export interface WebSoakResult {
  readonly benchmark: "web soak";
  readonly machine: Machine;
  readonly options: Omit<WebOptions, "dir">;
  readonly memory: PageMemory;
}

const MINUTE_MS = 60_000;
const YEAR_MINUTES = 365 * 24 * 60;
/** The city adopts who sends on these topics. */
const TOPIC_PREFIX = "kota/v1/load/";
const PROBE = "bench-probe";
const YEAR_DEVICE = "bench-year";
const EXAMPLE_CITY = fileURLToPath(new URL("../../../infra/example-city", import.meta.url));
const LOADS = 9;
const TICK_MS = 10;
const PROBE_EVERY_MS = 250;
const PROBE_SECONDS = 45;
const HEAP_EVERY_MS = 10_000;
const SAMPLES_A_NOTE = 30;
const BATCH = 20_000;

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);

/** The page of the example city in Chromium, beside a steady load of devices that it adopts. */
export async function benchWeb(options: WebOptions): Promise<WebResult> {
  const { dir, ...shown } = options;
  progress("storing a year of minute data");
  const until = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  await storeYear(join(dir, "data", "time-series"), until);
  return withCity(options, async (browser, kota) => {
    await untilScored(kota.apiUrl);
    progress("first score");
    const loads: FirstScore[] = [];
    for (let load = 0; load < LOADS; load++) loads.push(await firstScore(browser, kota.apiUrl));
    progress("publish to pixels");
    const pixels = await publishToPixels(browser, kota.apiUrl, kota.mqttPort);
    progress("a year on a chart");
    const years: { navigation: number; chart: number }[] = [];
    for (let load = 0; load < 3; load++) years.push(await yearOnChart(browser, kota.apiUrl, until));
    progress(`memory over ${options.seconds} s`);
    const memory = await memoryGrowth(browser, kota.apiUrl, options.seconds);
    const times = loads.map(({ ms }) => ms);
    return {
      benchmark: "web",
      machine: machine(),
      options: shown,
      firstScore: {
        loads: LOADS,
        median: median(times),
        worst: Math.max(...times),
        cpuMedian: median(loads.map(({ cpuMs }) => cpuMs)),
      },
      transferred: loads[0]?.transferred ?? { script: 0, other: 0, map: 0 },
      pixels,
      year: {
        readings: YEAR_MINUTES,
        navigation: median(years.map(({ navigation }) => navigation)),
        chart: median(years.map(({ chart }) => chart)),
      },
      memory,
    };
  });
}

/** The page of now, open for as long as is asked for beside the load, and nothing else: for an hour and longer. */
export async function soakWeb(options: WebOptions): Promise<WebSoakResult> {
  const { dir, ...shown } = options;
  return withCity(options, async (browser, kota) => {
    await untilScored(kota.apiUrl);
    progress(`memory over ${options.seconds} s`);
    const memory = await memoryGrowth(browser, kota.apiUrl, options.seconds);
    return { benchmark: "web soak", machine: machine(), options: shown, memory };
  });
}

/** The example city beside the load, and a browser, for as long as something is measured. */
async function withCity<T>(
  options: WebOptions,
  measure: (browser: Browser, kota: EmbeddedKota) => Promise<T>,
): Promise<T> {
  if (CHROMIUM === undefined) throw new Error("there is no Chromium here: infra/native/install.sh chromium");
  progress("starting kota");
  const kota = await startEmbedded({
    city: EXAMPLE_CITY,
    dataDir: options.dir,
    profileDir: null,
    simulates: true,
  });
  const stopLoad = await startLoad(kota.mqttPort, options);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"],
  });
  try {
    const measured = await measure(browser, kota);
    kota.assertRunning();
    return measured;
  } finally {
    await browser.close();
    await stopLoad();
    await kota.stop();
  }
}

async function storeYear(dir: string, until: number): Promise<void> {
  const store = await openDuckDbStore({ dir });
  try {
    for (let minute = YEAR_MINUTES; minute > 0; minute -= BATCH) {
      const readings: Reading[] = [];
      for (let back = minute; back > Math.max(0, minute - BATCH); back--) {
        const time = until - back * MINUTE_MS;
        readings.push({
          device: YEAR_DEVICE,
          time,
          values: { pm2_5: 12 + 8 * Math.sin(back / 700) + (back % 17) / 5 },
          adapter: "kota-json@1",
          receivedAt: time,
        });
      }
      await store.writeReadings(readings);
    }
  } finally {
    await store.close();
  }
}

/** Publishes from the devices in turn, evenly; the returned function ends it. */
async function startLoad(port: number, { rate, devices }: WebOptions): Promise<() => Promise<void>> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  const begun = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - begun) / 1000) * rate);
    for (; sent < due; sent++) {
      const device = deviceId(sent % devices);
      client.publish(
        TOPIC_PREFIX + device,
        JSON.stringify({ values: { pm2_5: 5 + ((sent * 7) % 400) / 10 } }),
        { qos: 0 },
      );
    }
  }, TICK_MS);
  return async () => {
    clearInterval(timer);
    await client.endAsync(true);
  };
}

async function untilScored(apiUrl: string): Promise<void> {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await sleep(500)) {
    const response = await fetch(`${apiUrl}/v1/scores?area=city`);
    const scores = response.ok ? ((await response.json()) as { score: number | null }[]) : [];
    if (scores[0]?.score != null) return;
  }
  throw new Error("there was no score within two minutes");
}

interface FirstScore {
  readonly ms: number;
  readonly cpuMs: number;
  readonly transferred: WebResult["transferred"];
}

/** Notes when the overall score stands on the screen: two frames after it is in the document. */
const WATCH_SCORE = `
  const look = () => {
    const figure = document.querySelector(".overall-figure");
    if (figure && /\\d/.test(figure.textContent)) {
      requestAnimationFrame(() => requestAnimationFrame(() => { window.scorePainted = performance.now(); }));
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;

async function firstScore(browser: Browser, apiUrl: string): Promise<FirstScore> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const sizes = await watchTransfers(session);
  await session.send("Performance.enable");
  await page.addInitScript(WATCH_SCORE);
  await page.goto(apiUrl, { waitUntil: "commit" });
  const ms = await painted(page, "window.scorePainted");
  const { metrics } = await session.send("Performance.getMetrics");
  const cpuMs = (metrics.find(({ name }) => name === "ProcessTime")?.value ?? Number.NaN) * 1000;
  await page.waitForLoadState("networkidle", { timeout: 10_000 }).catch(() => undefined);
  await context.close();
  return { ms, cpuMs, transferred: sizes() };
}

/** The number that an expression comes to have in the page. The page's policy lets nothing wait inside of it. */
async function painted(page: Page, expression: string): Promise<number> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(50)) {
    const value: unknown = await page.evaluate(expression).catch(() => undefined);
    if (typeof value === "number") return value;
  }
  throw new Error(`${page.url()} has no ${expression} after 60 s`);
}

async function watchTransfers(session: CDPSession): Promise<() => WebResult["transferred"]> {
  const kinds = new Map<string, "script" | "other" | "map">();
  const bytes = { script: 0, other: 0, map: 0 };
  session.on("Network.responseReceived", ({ requestId, response, type }) => {
    const isMap = /map-view|maplibre/.test(response.url);
    kinds.set(requestId, isMap ? "map" : type === "Script" ? "script" : "other");
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    bytes[kinds.get(requestId) ?? "other"] += encodedDataLength;
  });
  await session.send("Network.enable");
  return () => bytes;
}

/** Notes when each text of the first latest value is painted. */
const WATCH_VALUE = `
  window.paintedAt = {};
  const note = () => {
    const shown = document.querySelector(".latest-value");
    const text = shown ? shown.textContent : "";
    if (text && !(text in window.paintedAt)) {
      window.paintedAt[text] = 0;
      requestAnimationFrame(() => setTimeout(() => { window.paintedAt[text] = Date.now(); }, 0));
    }
  };
  new MutationObserver(note).observe(document.querySelector("main"), { subtree: true, childList: true, characterData: true });
`;

async function publishToPixels(browser: Browser, apiUrl: string, port: number): Promise<Latency> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  const publish = (value: number) =>
    client.publishAsync(TOPIC_PREFIX + PROBE, JSON.stringify({ values: { temperature: value } }), {
      qos: 1,
    });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    await publish(-9.9);
    await page.goto(`${apiUrl}/devices/${PROBE}`);
    await page.locator(".latest-value").first().waitFor({ timeout: 30_000 });
    await sleep(2000);
    await page.evaluate(WATCH_VALUE);
    const sentAt = new Map<string, number>();
    for (let n = 1; n <= (PROBE_SECONDS * 1000) / PROBE_EVERY_MS; n++) {
      const value = n / 10;
      sentAt.set(value.toFixed(1), Date.now());
      await publish(value);
      // Not in step with the pace at which the stream gathers.
      await sleep(PROBE_EVERY_MS + ((n * 37) % 100) - 50);
    }
    await sleep(2000);
    const seen = (await page.evaluate("window.paintedAt")) as Record<string, number>;
    const samples: number[] = [];
    for (const [text, at] of Object.entries(seen)) {
      const sent = sentAt.get(/-?\d+\.\d/.exec(text)?.[0] ?? "");
      if (sent !== undefined && at > 0) samples.push(at - sent);
    }
    if (samples.length < 20) throw new Error(`only ${samples.length} of the published values were seen`);
    return {
      samples: samples.length,
      p50: percentile(samples, 0.5),
      p95: percentile(samples, 0.95),
      p99: percentile(samples, 0.99),
    };
  } finally {
    await page.close();
    await client.endAsync();
  }
}

const WATCH_CHART = `
  const look = () => {
    if (document.querySelector(".chart canvas")) {
      requestAnimationFrame(() => requestAnimationFrame(() => { window.chartPainted = performance.now(); }));
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
`;

async function yearOnChart(
  browser: Browser,
  apiUrl: string,
  until: number,
): Promise<{ readonly navigation: number; readonly chart: number }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(WATCH_CHART);
  const from = new Date(until - YEAR_MINUTES * MINUTE_MS).toISOString();
  const query = new URLSearchParams({ s: `pm2_5@${YEAR_DEVICE}`, from, to: new Date(until).toISOString() });
  await page.goto(`${apiUrl}/over-time?${query}`, { waitUntil: "commit" });
  const navigation = await painted(page, "window.chartPainted");
  const asked = Number(
    await page.evaluate(
      `performance.getEntriesByType("resource").find(({ name }) => name.includes("/v1/series")).startTime`,
    ),
  );
  await context.close();
  return { navigation, chart: navigation - asked };
}

async function memoryGrowth(browser: Browser, apiUrl: string, seconds: number): Promise<PageMemory> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(apiUrl);
  await page.locator(".overall-figure").waitFor();
  await sleep(HEAP_EVERY_MS);
  const session = await page.context().newCDPSession(page);
  const samples: { readonly time: number; readonly value: number }[] = [];
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(HEAP_EVERY_MS)) {
    samples.push({ time: Date.now(), value: await heapMegabytes(session) });
    if (samples.length % SAMPLES_A_NOTE === 0) progress(`${samples.at(-1)?.value.toFixed(1)} MB`);
  }
  await page.close();
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || samples.length < 3) {
    throw new Error(`--seconds ${seconds} is too short to see memory grow`);
  }
  return {
    minutes: (last.time - first.time) / MINUTE_MS,
    samples: samples.length,
    firstMegabytes: first.value,
    lastMegabytes: last.value,
    megabytesPerMinute: slopePerMinute(samples),
    laterMegabytesPerMinute: slopePerMinute(samples.slice(Math.floor(samples.length / 2))),
  };
}

async function heapMegabytes(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize / 2 ** 20;
}
