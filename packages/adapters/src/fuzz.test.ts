import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Message, REJECTION_CODES } from "@kota/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADAPTERS } from "./adapters.ts";
import { createDecoder, type DecodeOutcome } from "./decoder.ts";
import { Example, earlierMessages, exampleMessage } from "./example.ts";
import { parseMapping } from "./mapping/parse-mapping.ts";

/** Every format that a mapping may have, on topics of its own, as a city would write them. */
const MAPPINGS = [
  parseMapping(
    "fuzzed-json",
    `title: JSON with rows and pairs
version: 1
topics: ["fuzzed/json"]
format: json
device: { field: [node, group] }
time: { field: at, format: "dd.MM.yyyy HH:mm:ss", zone: Europe/Berlin }
rows: rows
pairs: { list: tags, name: name, value: value }
fields:
  temp: temperature
  level: { metric: water_level, unit: cm, absent: [9999] }
  p1: { metric: power, scale: 10, offset: -5, channel: pump-1 }
  state: { metric: parking_occupancy, texts: { free: 0, taken: 100 } }
`,
    "fuzzed-json.yaml",
  ),
  parseMapping(
    "fuzzed-csv",
    `title: CSV with a decimal comma
version: 1
topics: ["fuzzed/csv"]
format: csv
separator: ";"
decimal: ","
device: { field: id }
time: { field: at, format: unix-seconds }
fields: { temp: temperature, hum: humidity }
`,
    "fuzzed-csv.yaml",
  ),
  parseMapping(
    "fuzzed-lpp",
    `title: Cayenne LPP
version: 1
topics: ["fuzzed/lpp/+"]
format: cayenne-lpp
device: { topicLevel: -1 }
`,
    "fuzzed-lpp.yaml",
  ),
  parseMapping(
    "fuzzed-lpp-base64",
    `title: Cayenne LPP in JSON
version: 1
topics: ["fuzzed/base64"]
format: cayenne-lpp
base64: data
device: { field: id }
time: { field: at }
`,
    "fuzzed-lpp-base64.yaml",
  ),
  parseMapping(
    "fuzzed-sparkplug",
    `title: Sparkplug B with names of its own
version: 1
topics: ["spBv1.0/mapped/+/+", "spBv1.0/mapped/+/+/+"]
format: sparkplug-b
fields:
  T1: { metric: temperature, channel: one }
`,
    "fuzzed-sparkplug.yaml",
  ),
];

const decoder = createDecoder([...MAPPINGS, ...ADAPTERS], { timeZone: "Europe/London" });

// What examples announce is fuzzed along with them, by the same decoder: nothing that a device announces may break it.
const ofAdapters: Message[] = ADAPTERS.flatMap(({ id }) =>
  readdirSync(join(import.meta.dirname, id, "examples")).flatMap((file) => {
    const example = Example.parse(
      JSON.parse(readFileSync(join(import.meta.dirname, id, "examples", file), "utf8")),
    );
    return [...earlierMessages(example), exampleMessage(example)];
  }),
);
const mapped = (topic: string, payload: string | Uint8Array): Message => ({
  topic,
  payload: Buffer.from(payload),
  receivedAt: 1_795_521_600_000,
  source: "mqtt",
});
const lpp = Buffer.from("03670110056700ff", "hex");
const ofMappings: Message[] = [
  mapped(
    "fuzzed/json",
    JSON.stringify({
      node: "n",
      group: 1,
      at: "24.11.2026 12:00:00",
      rows: [
        {
          tags: [
            { name: "temp", value: 21 },
            { name: "level", value: 12 },
            { name: "state", value: "free" },
          ],
        },
        { tags: [{ name: "p1", value: "7.5" }] },
      ],
    }),
  ),
  mapped("fuzzed/csv", "id;at;temp;hum\na;1795521600;21,5;40\nb;1795521600;;41\n"),
  mapped("fuzzed/lpp/a", lpp),
  mapped(
    "fuzzed/base64",
    JSON.stringify({ id: "a", at: "2026-11-24T12:00:00Z", data: lpp.toString("base64") }),
  ),
  ...ofAdapters.flatMap((message) =>
    message.topic.startsWith("spBv1.0/")
      ? [{ ...message, topic: message.topic.replace(/^spBv1\.0\/[^/]+/, "spBv1.0/mapped") }]
      : [],
  ),
];
/** Service requests, of which kota says that they are no measurements. */
const open311 = mapped(
  "open311/requests",
  JSON.stringify([
    { service_request_id: "638344", status: "open", service_code: "006", lat: 37.7, long: -122.4 },
    { service_request_id: "638345", status: "closed", service_code: "007", address: null },
  ]),
);
const messages = [...ofAdapters, ...ofMappings, open311];
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

it("what is fuzzed of mappings is taken as it is, and service requests are refused for what they are", () => {
  for (const format of ["json", "csv", "lpp", "base64"]) {
    const [example] = ofMappings.filter(({ topic }) => topic.startsWith(`fuzzed/${format}`));
    expect(example && decoder.decode(example), format).toMatchObject({ ok: true });
  }
  expect(ofMappings.some((example) => decoder.decode(example).adapter === "fuzzed-sparkplug@1")).toBe(true);
  expect(decoder.decode(open311)).toMatchObject({
    code: "no_adapter",
    reason: expect.stringContaining("Open311"),
  });
});

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
  }, 60_000);
});
