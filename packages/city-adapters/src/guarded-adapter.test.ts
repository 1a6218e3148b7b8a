import { ADAPTERS, type Adapter, createDecoder, type DecodedReading, defineAdapter } from "@kota/adapters";
import type { Message } from "@kota/model";
import { createLogger, createMetrics } from "@kota/runtime";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { createCodeWatch } from "./code-watch.ts";
import { guardedAdapter } from "./guarded-adapter.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const LIMIT_MS = 150;
const MINUTE = 60_000;

let now: number;
let metrics: ReturnType<typeof createMetrics>;
beforeEach(() => {
  now = NOW;
  metrics = createMetrics();
});

const forEver = (): never => {
  for (;;);
};

const reading = (t: number): DecodedReading => ({ device: "g", time: null, values: { temperature: t } });

const gauge = (parts: Partial<Adapter> & { decode?: (t: number) => readonly DecodedReading[] } = {}) => ({
  ...defineAdapter({
    id: "gauge",
    title: "Gauge",
    version: 1,
    source: "",
    claims: { shape: (json) => (json as { t?: unknown } | null)?.t !== undefined },
    schema: z.object({ t: z.number() }),
    decode: ({ t }) => parts.decode?.(t) ?? (t < 0 ? forEver() : [reading(t)]),
  }),
  ...parts,
});

/** What becomes of payloads: those of the gauge, and of the adapters that come with kota. */
function decoding(inner: Adapter) {
  const watch = createCodeWatch({ callMs: LIMIT_MS, togetherMs: LIMIT_MS });
  const logger = createLogger({ level: "silent", format: "json" });
  const guarded = guardedAdapter(inner, "adapters/gauge/adapter.ts", {
    clock: () => now,
    logger,
    metrics,
    watch,
  });
  const decoder = createDecoder([guarded.adapter, ...ADAPTERS], { timeZone: "UTC" });
  const message = (payload: unknown): Message => ({
    topic: payload === TASMOTA ? "tele/plug/SENSOR" : "any/topic",
    payload: Buffer.from(JSON.stringify(payload)),
    receivedAt: NOW,
    source: "mqtt",
  });
  const one = (payload: unknown) => {
    const outcome = decoder.decode(message(payload));
    return outcome.ok ? outcome.readings[0]?.values : outcome.code;
  };
  return { guarded, decoder, message, one, many: (payloads: readonly unknown[]) => watch.map(payloads, one) };
}

const VALUE = { temperature: 1 };
const TASMOTA = { Time: "2026-11-24T12:00:00", ENERGY: { Power: 40 } };

describe("a loop without end in the code of a city's adapter", () => {
  it("ends as a rejection that names the adapter and its file, among messages that go on", () => {
    const { many, decoder, message } = decoding(gauge());
    expect(many([{ t: 1 }, TASMOTA, { t: -1 }, { t: 1 }, TASMOTA])).toEqual([
      VALUE,
      { power: 40 },
      "adapter_failed",
      VALUE,
      { power: 40 },
    ]);
    expect(decoder.decode(message({ t: -1 }))).toMatchObject({
      adapter: "gauge@1",
      reason:
        "The adapter gauge@1 does not come to an end on this payload. Repair adapters/gauge/adapter.ts, which is taken up at once, and replay this message.",
    });
  });

  it("suspends it after three, longer each time, while all others go on", async () => {
    const { one, many, guarded } = decoding(gauge());
    expect(many([{ t: -1 }, { t: 1 }, { t: -1 }, { t: 1 }, { t: -1 }, { t: 1 }, TASMOTA])).toEqual([
      "adapter_failed",
      VALUE,
      "adapter_failed",
      VALUE,
      "adapter_failed",
      "adapter_suspended",
      { power: 40 },
    ]);
    expect(guarded.suspendedUntil()).toBe(NOW + MINUTE);
    expect((await metrics.adapterSuspended.get()).values).toEqual([
      { labels: { adapter: "gauge" }, value: 1 },
    ]);
    now += MINUTE;
    expect([one({ t: 1 }), one({ t: -1 }), one({ t: 1 })]).toEqual([
      VALUE,
      "adapter_failed",
      "adapter_suspended",
    ]);
    expect(guarded.suspendedUntil()).toBe(now + 2 * MINUTE);
    now += 60 * MINUTE;
    expect([one({ t: -1 }), one({ t: 1 })]).toEqual(["adapter_failed", VALUE]);
    expect((await metrics.adapterSuspended.get()).values).toEqual([
      { labels: { adapter: "gauge" }, value: 0 },
    ]);
  });

  it.each<[string, Adapter]>([
    [
      "a regular expression that tries everything",
      gauge({ decode: () => [reading(/^(a+)+$/.test(`${"a".repeat(50)}b`) ? 1 : 0)] }),
    ],
    [
      "a catch that catches everything",
      gauge({
        decode: () => {
          for (;;) {
            try {
              forEver();
            } catch {}
          }
        },
      }),
    ],
    [
      "a value that is looked up without end",
      gauge({
        decode: () => [
          {
            device: "g",
            time: null,
            get values() {
              return forEver();
            },
          },
        ],
      }),
    ],
    ["the schema", gauge({ schema: z.object({ t: z.number() }).refine(forEver), read: forEver })],
  ])("in %s ends too", (_, adapter) => {
    const { many } = decoding(adapter);
    expect(many([{ t: 1 }, TASMOTA])).toEqual(["adapter_failed", { power: 40 }]);
  });

  it("in what recognises a payload rejects three messages in its name, and then leaves them to others", () => {
    const { many } = decoding(gauge({ recognises: forEver }));
    expect(many([{ t: 1 }, TASMOTA, { t: 1 }, { t: 1 }, TASMOTA, { t: 1 }])).toEqual([
      "adapter_failed",
      { power: 40 },
      "adapter_failed",
      "adapter_failed",
      { power: 40 },
      "no_adapter",
    ]);
  });

  it("in the schema of a city's adapter does not hold up messages that nobody claims", () => {
    const { many } = decoding(gauge({ schema: z.object({ t: z.number() }).refine(forEver) }));
    expect(many([{ t: undefined, x: 1 }, { t: 1 }])).toEqual(["no_adapter", VALUE]);
  });
});

it("What was announced before a loop without end, is announced once and known afterwards", () => {
  const inner = defineAdapter({
    id: "gauge",
    title: "Gauge",
    version: 1,
    source: "",
    claims: { topics: ["any/topic"] },
    announcement: z.number(),
    schema: z.object({ t: z.number() }),
    decode: ({ t }, { announced }) => {
      const sum = (announced.get("sum")?.get("") as number | undefined) ?? 0;
      announced.set("sum", "", Math.max(sum, Math.abs(t)));
      return t < 0 ? forEver() : [reading(sum)];
    },
  });
  const { many } = decoding(inner);
  expect(many([{ t: 2 }, { t: -5 }, { t: 1 }])).toEqual([
    { temperature: 0 },
    "adapter_failed",
    { temperature: 5 },
  ]);
});
