import type { Message } from "@kota/model";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  type AdapterSpec,
  type DecodedReading,
  defineAdapter,
  defineBytesAdapter,
  defineTextAdapter,
} from "./adapter.ts";
import { ADAPTERS } from "./adapters.ts";
import { createAnnouncements } from "./announcements.ts";
import { createDecoder, type DecodeOutcome } from "./decoder.ts";
import { refuse } from "./refusal.ts";

function message(topic: string, payload: string | Uint8Array): Message {
  return {
    topic,
    payload: typeof payload === "string" ? Buffer.from(payload) : payload,
    receivedAt: Date.UTC(2026, 10, 24, 12),
    source: "mqtt",
  };
}

function spec(over: Partial<AdapterSpec<{ v: number }>> = {}): AdapterSpec<{ v: number }> {
  return {
    id: "probe",
    title: "A probe",
    version: 3,
    source: "a test",
    claims: { topics: ["probe/+"] },
    schema: z.object({ v: z.number() }),
    decode: ({ v }) => [{ device: "p", time: null, values: { temperature: v } }],
    ...over,
  };
}

function decode(
  topic: string,
  payload: string | Uint8Array,
  adapters = [defineAdapter(spec())],
): DecodeOutcome {
  return createDecoder(adapters, { timeZone: "UTC" }).decode(message(topic, payload));
}

const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

describe("the decoder", () => {
  it("names adapter and version with the readings", () => {
    expect(decode("probe/1", '{"v":21}')).toEqual({
      ok: true,
      adapter: "probe@3",
      readings: [{ device: "p", time: null, values: { temperature: 21 } }],
    });
  });

  it("skips a byte order mark", () => {
    expect(decode("probe/1", '\uFEFF{"v":21}').ok).toBe(true);
  });

  it.each([
    ["empty_payload", "", /empty/],
    ["not_utf8", Uint8Array.of(0xc3, 0x28), /not text in UTF-8.*c3 28/],
    ["not_json", "{", /not JSON/],
    ["not_json", '{"v":NaN}', /not JSON/],
    ["not_json", "\u0000\u0001", /not JSON/],
    ["schema_mismatch", '{"v":"21"}', /A probe: v: expected a number, came the text "21"/],
    ["schema_mismatch", "{}", /v is missing: expected a number/],
    ["schema_mismatch", "null", /the payload: expected an object, came null/],
    ["schema_mismatch", "[1,2]", /the payload: expected an object, came a list of 2/],
    ["schema_mismatch", '{"v":1e999}', /v: expected a number, came a number too large to hold/],
    ["schema_mismatch", '{"__proto__":{"v":1}}', /v is missing/],
  ])("rejects as %s: %j", (code, payload, reason) => {
    const outcome = decode("probe/1", payload);
    expect(outcome).toMatchObject({ ok: false, code, adapter: "probe@3" });
    expect(outcome.ok ? "" : outcome.reason).toMatch(reason);
  });

  it("rejects deep nesting by its shape, for every adapter", () => {
    for (const adapter of ADAPTERS) {
      const topic = adapter.claims.topics?.[0]?.replaceAll("+", "x") ?? "x";
      const outcome = createDecoder(ADAPTERS, { timeZone: "UTC" }).decode(message(topic, deep(10_000)));
      expect(outcome.ok ? "ok" : outcome.code).not.toBe("adapter_failed");
      expect(outcome.ok).toBe(false);
    }
  });

  it("leaves nothing behind on Object.prototype", () => {
    const payload =
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"values":{"__proto__":1}}';
    for (const adapter of ADAPTERS) {
      const topic = adapter.claims.topics?.[0]?.replaceAll("+", "x") ?? "x";
      createDecoder(ADAPTERS, { timeZone: "UTC" }).decode(message(topic, payload));
    }
    expect("polluted" in {}).toBe(false);
  });

  it("turns a defect of an adapter into adapter_failed and goes on", () => {
    const broken = defineAdapter(
      spec({
        decode: () => {
          throw new TypeError("undefined is not a function");
        },
      }),
    );
    const outcome = decode("probe/1", '{"v":1}', [broken]);
    expect(outcome).toMatchObject({ ok: false, code: "adapter_failed", adapter: "probe@3" });
    expect(outcome.ok ? "" : outcome.reason).toContain("undefined is not a function");
  });

  it("turns a defect of a shape test into adapter_failed", () => {
    const broken = defineAdapter(
      spec({
        claims: {
          shape: () => {
            throw new Error("no");
          },
        },
      }),
    );
    expect(decode("anything", '{"v":1}', [broken])).toMatchObject({
      ok: false,
      code: "adapter_failed",
      adapter: null,
    });
  });

  it("keeps code, reason and device of a refusal", () => {
    const refusing = defineAdapter(
      spec({ decode: () => refuse("time_invalid", "ts: expected a time.", "p") }),
    );
    expect(decode("probe/1", '{"v":1}', [refusing])).toEqual({
      ok: false,
      adapter: "probe@3",
      code: "time_invalid",
      reason: "ts: expected a time.",
      device: "p",
    });
  });

  it.each<[string, DecodedReading[]]>([
    ["no_values", []],
    ["no_values", [{ device: "p", time: null, values: {} }]],
    ["not_a_number", [{ device: "p", time: null, values: { temperature: Number.NaN } }]],
    ["not_a_number", [{ device: "p", time: null, values: { temperature: Number.POSITIVE_INFINITY } }]],
    ["time_invalid", [{ device: "p", time: Number.NaN, values: { temperature: 1 } }]],
    ["schema_mismatch", [{ device: "", time: null, values: { temperature: 1 } }]],
    ["schema_mismatch", [{ device: "p".repeat(201), time: null, values: { temperature: 1 } }]],
    [
      "schema_mismatch",
      Array.from({ length: 10_001 }, () => ({ device: "p", time: null, values: { temperature: 1 } })),
    ],
  ])("holds an adapter to its word: %s", (code, readings) => {
    expect(decode("probe/1", '{"v":1}', [defineAdapter(spec({ decode: () => readings }))])).toMatchObject({
      ok: false,
      code,
    });
  });

  it("goes by topic before shape, and by the first adapter that claims", () => {
    const byTopic = defineAdapter(spec({ id: "by-topic" }));
    const byShape = defineAdapter(spec({ id: "by-shape", claims: { shape: () => true } }));
    const second = defineAdapter(spec({ id: "second", claims: { shape: () => true } }));
    const adapters = [byShape, second, byTopic];
    expect(decode("probe/1", '{"v":1}', adapters).adapter).toBe("by-topic@3");
    expect(decode("other", '{"v":1}', adapters).adapter).toBe("by-shape@3");
  });

  it("asks the adapter that a topic belongs to first, and still lets the topic change hands", () => {
    const has = (key: string) => (json: unknown) => typeof json === "object" && json !== null && key in json;
    const a = defineAdapter(spec({ id: "a", claims: { shape: has("a") } }));
    const b = defineAdapter(spec({ id: "b", claims: { shape: has("b") } }));
    const decoder = createDecoder([a, b], { timeZone: "UTC" });
    const adapterOf = (payload: string) => decoder.decode(message("t", payload)).adapter;
    expect(['{"v":1,"b":1}', '{"v":1,"a":1,"b":1}', '{"v":1,"a":1}', '{"v":1,"b":1}'].map(adapterOf)).toEqual(
      ["b@3", "b@3", "a@3", "b@3"],
    );
  });

  it("rejects a silent topic unread, with what it is", () => {
    const adapter = defineAdapter(
      spec({ claims: { topics: ["probe/+"], silent: { "probe/+/will": "A last will." } } }),
    );
    expect(decode("probe/1/will", "Online", [adapter])).toEqual({
      ok: false,
      adapter: "probe@3",
      code: "no_values",
      reason: "A last will.",
      device: null,
    });
  });
});

describe("a message that no adapter claims", () => {
  it.each([
    ["kota/v2/x", '{"values":{"pm2_5":1}}', /The closest is kota-json: its topics are kota\/v1\/#/],
    [
      "kota/v2/x",
      '{"values":5}',
      /The closest is kota-json: it declined the payload: values: expected an object, came the number 5/,
    ],
    [
      "v3/app/devices/d/upp",
      '{"end_device_ids":{"device_id":7}}',
      /The closest is the-things-stack: it declined the payload: .*device_id: expected a text, came the number 7/,
    ],
    ["nowhere", "[]", /No adapter knows the topic 'nowhere'/],
    ["nowhere", "5", /the adapters are .*kota-json/],
    ["open311", '[{"service_request_id":638344,"status":"closed"}]', /Open311 service requests/],
  ])("on %s is explained: %s", (topic, payload, reason) => {
    const outcome = createDecoder(ADAPTERS, { timeZone: "UTC" }).decode(message(topic, payload));
    expect(outcome).toMatchObject({ ok: false, code: "no_adapter", adapter: null });
    expect(outcome.ok ? "" : outcome.reason).toMatch(reason);
  });
});

describe("payloads that are not JSON", () => {
  const text = defineTextAdapter({
    id: "text",
    title: "Text",
    version: 1,
    source: "a test",
    claims: {
      topics: ["text/+"],
      shape: (payload) => payload.startsWith("#"),
      announced: (topic, announced) => announced.get(topic) !== undefined,
    },
    decode: (payload, { announced }) => {
      announced.set("later", "", true);
      return [{ device: "t", time: null, values: { temperature: payload.length } }];
    },
  });
  const bytes = defineBytesAdapter({
    id: "bytes",
    title: "Bytes",
    version: 1,
    source: "a test",
    claims: { topics: ["bytes/+"], shape: ([first]) => first === 0xff },
    decode: (payload) => [{ device: "b", time: null, values: { temperature: payload.length } }],
  });
  const adapters = [defineAdapter(spec()), text, bytes];

  it.each<[string, string | Uint8Array, string, number]>([
    ["text/1", "7", "text@1", 1],
    ["text/1", "{", "text@1", 1],
    ["bytes/1", "abc", "bytes@1", 3],
    ["elsewhere", "#ab", "text@1", 3],
    ["elsewhere", Uint8Array.of(0xff, 1), "bytes@1", 2],
  ])("on %s, %j goes to %s", (topic, payload, adapter, temperature) => {
    expect(decode(topic, payload, adapters)).toMatchObject({
      adapter,
      readings: [{ values: { temperature } }],
    });
  });

  it("stay what they were when no adapter recognises them", () => {
    expect(decode("elsewhere", "ab", adapters)).toMatchObject({ code: "not_json", adapter: null });
    expect(decode("elsewhere", Uint8Array.of(0xfe), adapters)).toMatchObject({
      code: "not_utf8",
      adapter: null,
    });
    expect(decode("text/1", Uint8Array.of(0xff), adapters)).toMatchObject({
      code: "not_utf8",
      adapter: "text@1",
    });
    expect(decode("bytes/1", "", adapters)).toMatchObject({ code: "empty_payload", adapter: "bytes@1" });
  });

  it("are decoded once an earlier message announced their topic, by any decoder that shares the announcements", () => {
    const announcements = createAnnouncements();
    const decoder = createDecoder(adapters, { timeZone: "UTC", announcements });
    const later = () =>
      createDecoder(adapters, { timeZone: "UTC", announcements }).decode(message("later", "12.5"));
    expect(later()).toMatchObject({ code: "no_adapter" });
    decoder.decode(message("text/1", "#"));
    expect(later()).toMatchObject({ ok: true, adapter: "text@1" });
    expect(decode("later", "12.5", adapters)).toMatchObject({ code: "no_adapter" });
  });
});

describe("a wrong metric name in kota JSON", () => {
  it.each([
    ["temprature", "did you mean 'temperature'?"],
    ["pm25", "did you mean 'pm2_5'?"],
    ["PM2.5", "did you mean 'pm2_5'?"],
    ["Humidity", "did you mean 'humidity'?"],
    ["fillLevel", "did you mean 'fill_level'?"],
    ["flux_capacitor", "The metric catalogue lists those there are."],
  ])("%s: %s", (name, hint) => {
    const outcome = createDecoder(ADAPTERS, { timeZone: "UTC" }).decode(
      message("kota/v1/d", JSON.stringify({ values: { [name]: 1 } })),
    );
    expect(outcome).toMatchObject({ ok: false, code: "unknown_metric", device: "d" });
    expect(outcome.ok ? "" : outcome.reason).toContain(hint);
  });
});
