import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { connectAsync, type MqttClient } from "mqtt";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHROMIUM, type CityBrowser, MISSING, openCityBrowser } from "./city-browser.ts";

const DEVICE = "noise-leith-1";

/** A line between the browser and kota that can be cut. */
interface Line {
  readonly url: string;
  cut(): void;
  mend(): Promise<void>;
  close(): void;
}

async function openLine(target: string): Promise<Line> {
  const sockets = new Set<Socket>();
  const { port: targetPort } = new URL(target);
  const server: Server = createServer((near) => {
    const far = connect(Number(targetPort), "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => {
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `http://127.0.0.1:${port}`, cut, mend: () => listen(port), close: cut };
}

describe.skipIf(!CHROMIUM)(`Live: an open page whose kota goes away, in Chromium${MISSING}`, () => {
  let city: CityBrowser;
  let line: Line;
  let client: MqttClient;
  let page: Page;

  const noise = (level: number) =>
    client.publishAsync(`kota/v1/${DEVICE}`, JSON.stringify({ values: { noise_laeq: level } }), { qos: 1 });
  const value = () => page.locator(".latest-value").first().innerText();
  /** A page that was loaded anew has forgotten it. */
  const mark = () => page.evaluate("window.notReloaded = true");
  const isMarked = () => page.evaluate("window.notReloaded === true");

  beforeAll(async () => {
    // The simulated devices stay quiet, so that only the test speaks for the one that is looked at.
    city = await openCityBrowser({ KOTA_SIMULATE: "false" });
    line = await openLine(city.url);
    client = await connectAsync(city.mqttUrl);
    page = await city.browser.newPage({ viewport: { width: 1280, height: 900 }, locale: "en-GB" });
    await noise(51.1);
    await page.goto(`${line.url}/devices/${DEVICE}?metric=noise_laeq&range=1h&as=table`);
    await page.locator(".latest-value", { hasText: "51.1" }).waitFor({ timeout: 30_000 });
    await mark();
  }, 90_000);
  afterAll(async () => {
    line?.close();
    await client?.endAsync(true);
    await city?.close();
  });

  it("takes over all that came while the line was cut, and reads nothing anew for it", async () => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    line.cut();
    await page.locator(".live-reconnecting, .live-stale").first().waitFor({ timeout: 20_000 });
    for (const level of [61.1, 62.2, 63.3]) await noise(level);
    asked.length = 0;
    await line.mend();
    await expect.poll(value, { timeout: 20_000 }).toContain("63.3");
    await page.locator(".live-live").waitFor({ timeout: 20_000 });
    expect(await isMarked()).toBe(true);
    expect(asked).toContain("/v1/stream");
    // The stream went on where it was: devices would be read again if it had begun anew.
    expect(asked).not.toContain("/v1/devices");
  }, 60_000);

  it("is stale while kota is killed, drained of colour, and live again with what came after, without a reload", async () => {
    await client.endAsync(true);
    await city.restart(async () => {
      await page.locator(".live-stale").waitFor({ timeout: 40_000 });
      await page.getByRole("alert").getByText("The connection to kota is lost.").waitFor();
      expect(await page.locator(".page").getAttribute("data-live")).toBe("stale");
      expect(await value()).toContain("63.3");
    }, "SIGKILL");
    client = await connectAsync(city.mqttUrl);
    await noise(71.7);
    await expect.poll(value, { timeout: 40_000 }).toContain("71.7");
    await page.locator(".live-live").waitFor({ timeout: 20_000 });
    await expect.poll(() => page.locator(".stale-bar").count()).toBe(0);
    expect(await isMarked()).toBe(true);
  }, 120_000);

  it("says so when kota answers but a stage is behind, and when that is over", async () => {
    let lag = 20_000;
    await page.route("**/v1/status", async (route) => {
      const response = await route.fetch();
      const status = (await response.json()) as { lag: object[] };
      await route.fulfill({
        response,
        json: {
          ...status,
          lag: [{ topic: "kota.readings", group: "kota.store", committed: 0, end: lag, lag }],
        },
      });
    });
    await page.getByText("What you see is late.").waitFor({ timeout: 15_000 });
    expect(await page.locator(".late-bar").innerText()).toContain("kota.store");
    await page.locator(".page-state").getByText("late", { exact: true }).waitFor();
    lag = 0;
    await page.getByText("What you see is late.").waitFor({ state: "hidden", timeout: 15_000 });
    await page.unroute("**/v1/status");
  }, 60_000);
});
