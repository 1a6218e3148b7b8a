import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REJECTION_CODES } from "@kota/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADAPTERS } from "./adapters.ts";
import { createDecoder, type DecodeOutcome } from "./decoder.ts";
import { Example, earlierMessages, exampleMessage } from "./example.ts";

const decoder = createDecoder(ADAPTERS, { timeZone: "Europe/London" });

// What examples announce is fuzzed along with them, by the same decoder: nothing that a device announces may break it.
const messages = ADAPTERS.flatMap(({ id }) =>
  readdirSync(join(import.meta.dirname, id, "examples")).flatMap((file) => {
    const example = Example.parse(
      JSON.parse(readFileSync(join(import.meta.dirname, id, "examples", file), "utf8")),
    );
    return [...earlierMessages(example), exampleMessage(example)];
  }),
);
const topics = [...new Set(messages.map((message) => message.topic)), "nowhere", "$SYS/x", ""];

function expectSound(outcome: DecodeOutcome): void {
  if (!outcome.ok) {
    expect(Object.keys(REJECTION_CODES)).toContain(outcome.code);
    expect(outcome.code, outcome.reason).not.toBe("adapter_failed");
    expect(outcome.reason.length).toBeGreaterThan(10);
    expect(outcome.reason.length).toBeLessThan(1500);
    return;
  }
  expect(outcome.readings.length).toBeGreaterThan(0);
  for (const { device, time, values } of outcome.readings) {
    expect(device).not.toBe("");
    expect(time === null || Number.isFinite(time)).toBe(true);
    expect(Object.keys(values)).not.toEqual([]);
    for (const value of Object.values(values)) expect(Number.isFinite(value)).toBe(true);
  }
}

const message = fc.constantFrom(...messages);
const NASTY = [
  null,
  true,
  "",
  "NaN",
  "12,5",
  "1e999",
  -0,
  1e308,
  {},
  [],
  [[]],
  { __proto__: null },
  "\u0000",
  "2026",
];

/** Replaces one leaf or branch of a JSON value. */
function mutate(json: unknown, pick: number, replacement: unknown): unknown {
  let left = pick;
  const visit = (node: unknown): unknown => {
    if (left-- === 0) return replacement;
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node === "object" && node !== null) {
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, visit(value)]));
    }
    return node;
  };
  return visit(json);
}

describe("whatever comes, the decoder gives sound readings or a rejection", () => {
  it("for random bytes", () => {
    fc.assert(
      fc.property(fc.constantFrom(...topics), fc.uint8Array({ maxLength: 200 }), (topic, payload) => {
        expectSound(decoder.decode({ topic, payload, receivedAt: 0, source: "mqtt" }));
      }),
      { numRuns: 1000 },
    );
  });

  it("for random JSON", () => {
    fc.assert(
      fc.property(fc.constantFrom(...topics), fc.json({ maxDepth: 5 }), (topic, text) => {
        expectSound(decoder.decode({ topic, payload: Buffer.from(text), receivedAt: 0, source: "mqtt" }));
      }),
      { numRuns: 1000 },
    );
  });

  it("for examples cut short", () => {
    fc.assert(
      fc.property(message, fc.double({ min: 0, max: 1, noNaN: true }), (example, share) => {
        const payload = example.payload.subarray(0, Math.floor(example.payload.length * share));
        expectSound(decoder.decode({ ...example, payload }));
      }),
      { numRuns: 1000 },
    );
  });

  it("for examples with a byte changed", () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 0, max: 255 }), (example, at, byte) => {
        const payload = Uint8Array.from(example.payload);
        if (payload.length > 0) payload[at % payload.length] = byte;
        expectSound(decoder.decode({ ...example, payload }));
      }),
      { numRuns: 3000 },
    );
  });

  it("for examples with a value replaced", () => {
    fc.assert(
      fc.property(
        message,
        fc.nat({ max: 40 }),
        fc.oneof(fc.constantFrom(...NASTY), fc.jsonValue()),
        (example, pick, value) => {
          let json: unknown;
          try {
            json = JSON.parse(Buffer.from(example.payload).toString());
          } catch {
            return;
          }
          const payload = Buffer.from(JSON.stringify(mutate(json, pick, value)) ?? "");
          expectSound(decoder.decode({ ...example, payload }));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("for the examples of one adapter on the topics of another", () => {
    for (const example of messages) {
      for (const topic of topics) expectSound(decoder.decode({ ...example, topic }));
    }
  });
});
