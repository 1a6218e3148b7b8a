import { ADAPTERS, type Adapter, createDecoder, type DecodedReading, defineAdapter } from "@kota/adapters";
import type { Message } from "@kota/model";
import { createLogger, createMetrics } from "@kota/runtime";
import fc from "fast-check";
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

describe("what a city's adapter gives", () => {
  /** Sound readings, or a rejection. */
  const expectSound = (given: unknown) => {
    const { decoder, message } = decoding(gauge({ decode: () => given as readonly DecodedReading[] }));
    const outcome = decoder.decode(message({ t: 1 }));
    if (!outcome.ok) {
      expect(outcome.reason.length).toBeGreaterThan(10);
      expect(outcome.reason.length).toBeLessThan(2000);
      return;
    }
    for (const { device, time, values } of outcome.readings) {
      expect(device).not.toBe("");
      expect(time === null || Number.isFinite(time)).toBe(true);
      for (const value of Object.values(values)) expect(Number.isFinite(value)).toBe(true);
    }
  };

  it("may be anything, and ends as sound readings or a rejection", () => {
    const any = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
    });
    const nearly = fc.record(
      {
        device: fc.oneof(fc.string(), any),
        time: fc.oneof(fc.double(), any),
        channel: any,
        values: fc.oneof(fc.object(), any),
        position: any,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(any, fc.array(fc.oneof(nearly, any), { maxLength: 5 })), (given) =>
        expectSound(given),
      ),
      {
        numRuns: 1000,
      },
    );
  }, 60_000);

  it.each<[string, unknown]>([
    ["a million readings", new Array(1e6).fill(reading(1))],
    [
      "a list that says it is endless",
      new Proxy([], {
        get: (list, key) => (key === "length" ? Number.MAX_SAFE_INTEGER : Reflect.get(list, key)),
      }),
    ],
    [
      "values behind a proxy that throws",
      [
        new Proxy(reading(1), {
          get: () => {
            throw new Error("no");
          },
        }),
      ],
    ],
    ["a device that is a long text", [{ ...reading(1), device: "x".repeat(1e7) }]],
    ["a metric that is a long text", [{ device: "g", time: null, values: { ["x".repeat(1e6)]: 1 } }]],
    ["a promise", Promise.resolve([reading(1)])],
    [
      "a generator",
      (function* () {
        yield reading(1);
      })(),
    ],
  ])("ends when it is %s", (_, given) => expectSound(given));
});
