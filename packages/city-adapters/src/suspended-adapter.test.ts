import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDecoder } from "@kota/adapters";
import { createLogger, createMetrics } from "@kota/runtime";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openCityAdapters } from "./city-adapters.ts";

let city: string;
beforeEach(() => {
  city = mkdtempSync(join(tmpdir(), "kota-endless-"));
});
afterEach(() => {
  rmSync(city, { recursive: true, force: true });
});

function writeGauge(decode: string): void {
  mkdirSync(join(city, "adapters/gauge"), { recursive: true });
  writeFileSync(
    join(city, "adapters/gauge/adapter.ts"),
    `import { defineAdapter } from "@kota/adapters";
     import { z } from "zod";
     export default defineAdapter({
       id: "gauge", title: "Gauge", version: 1, source: "", claims: { topics: ["gauge"] },
       schema: z.object({ t: z.number() }),
       decode: ({ t }) => { ${decode} },
     });`,
  );
}

it("An adapter in a city's folder that does not come to an end is listed as suspended, until its file is repaired", async () => {
  writeGauge("for (;;);");
  const adapters = await openCityAdapters({
    city,
    clock: () => Date.UTC(2026, 10, 24, 12),
    logger: createLogger({ level: "silent", format: "json" }),
    metrics: createMetrics(),
  });
  const send = () => {
    const { adapters: all, map } = adapters.now();
    const decoder = createDecoder(all, { timeZone: "UTC" });
    const payload = Buffer.from('{"t":1}');
    return map(["gauge", "gauge", "gauge", "gauge", "tele/plug/SENSOR"], (topic) => {
      const body =
        topic === "gauge" ? payload : Buffer.from('{"Time":"2026-11-24T12:00:00","ENERGY":{"Power":40}}');
      const outcome = decoder.decode({ topic, payload: body, receivedAt: 0, source: "mqtt" });
      return outcome.ok ? outcome.readings[0]?.values : outcome.code;
    });
  };
  expect(send()).toEqual([
    "adapter_failed",
    "adapter_failed",
    "adapter_failed",
    "adapter_suspended",
    { power: 40 },
  ]);
  const entry = () => adapters.list().find(({ id }) => id === "gauge");
  expect(entry()).toMatchObject({
    state: "suspended",
    error: "Suspended until 2026-11-24T12:01:00.000Z: it went over its limits several times.",
  });
  writeGauge('return [{ device: "g", time: null, values: { temperature: t } }];');
  await adapters.refresh();
  expect(entry()).toMatchObject({ state: "active", error: null });
  expect(send()[0]).toEqual({ temperature: 1 });
  await adapters.close();
});
