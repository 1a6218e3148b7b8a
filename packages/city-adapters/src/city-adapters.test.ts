import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ADAPTERS, createDecoder, type DecodeOutcome } from "@kota/adapters";
import { createLogger, createMetrics, type Metrics } from "@kota/runtime";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CityAdapters, openCityAdapters } from "./city-adapters.ts";

const NOW = Date.UTC(2026, 10, 24, 12);

let city: string;
let metrics: Metrics;
let now: number;
let opened: CityAdapters | undefined;

beforeEach(() => {
  city = mkdtempSync(join(tmpdir(), "kota-city-adapters-"));
  metrics = createMetrics();
  now = NOW;
});

afterEach(async () => {
  await opened?.close();
  opened = undefined;
  rmSync(city, { recursive: true, force: true });
});

async function open(more: { everyMs?: number; despiteExamples?: boolean } = {}): Promise<CityAdapters> {
  opened = await openCityAdapters({
    city,
    clock: () => now,
    logger: createLogger({ level: "silent", format: "json" }),
    metrics,
    ...more,
  });
  return opened;
}

function write(file: string, content: string | object): void {
  const path = join(city, "adapters", file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
}

const remove = (file: string) => rmSync(join(city, "adapters", file), { recursive: true });

const own = (adapters: CityAdapters) =>
  adapters
    .list()
    .flatMap(({ id, kind, label, state }) => (kind === "built-in" ? [] : [`${id} ${label} ${state}`]));

const errorOf = (adapters: CityAdapters, id: string) =>
  adapters.list().find((entry) => entry.id === id)?.error ?? "";

function decoded(adapters: CityAdapters, topic: string, payload: unknown): DecodeOutcome {
  const { adapters: all, codec } = adapters.now();
  return createDecoder(all, { timeZone: "UTC", codecFor: () => codec("node") }).decode({
    topic,
    payload: Buffer.from(JSON.stringify(payload)),
    receivedAt: NOW,
    source: "mqtt",
  });
}

const valuesOf = (outcome: DecodeOutcome) => (outcome.ok ? outcome.readings[0]?.values : outcome.code);

const mapping = (version: number, scale: number, topic = "gauges/+") =>
  `title: Gauge\nversion: ${version}\ntopics: [${topic}]\nformat: json\ndevice: { topicLevel: 2 }\nfields: { cm: { metric: water_level, scale: ${scale} } }\n`;

const adapter = (more: { version?: number; id?: string; value?: string; imports?: string } = {}) => `
import { defineAdapter, refuse } from "@kota/adapters";
import { z } from "zod";
${more.imports ?? ""}
interface Level { readonly cm: number }
export default defineAdapter<Level>({
  id: "${more.id ?? "gauge"}", title: "Gauge", version: ${more.version ?? 1}, source: "a test",
  claims: { topics: ["gauges/+"] },
  schema: z.object({ cm: z.number() }),
  decode({ cm }, { message }) {
    if (cm < 0) refuse("no_values", "The gauge is dry.", "leie");
    return [{ device: "leie", time: null, values: { water_level: ${more.value ?? "cm / 100"} } }];
  },
});
`;

const example = (cm: number, expect: object) => ({
  about: "x",
  source: "x",
  licence: "x",
  topic: "gauges/leie",
  payload: { cm },
  receivedAt: "2026-11-24T12:00:00Z",
  expect,
});

const reads = (cm: number, level: number) =>
  example(cm, { readings: [{ device: "leie", time: null, values: { water_level: level } }] });

const uplink = (hex: string) => ({
  end_device_ids: { device_id: "node-1" },
  uplink_message: { f_port: 1, frm_payload: Buffer.from(hex, "hex").toString("base64") },
});

const CODEC = "function decodeUplink(input) { return { data: { temperature: input.bytes[0] } }; }";

describe("the folder of a city", () => {
  it("that has no adapters has those of kota", async () => {
    expect((await open()).now().adapters).toEqual(ADAPTERS);
  });

  it("gives mappings and adapters that are asked before those of kota", async () => {
    write("a.yaml", mapping(2, 0.01, "a/+"));
    write("gauge/adapter.ts", adapter());
    write("gauge/examples/one.json", reads(120, 1.2));
    const adapters = await open();
    expect(adapters.now().adapters.map(({ label }) => label)).toEqual([
      "a@2",
      "gauge@1",
      ...ADAPTERS.map(({ label }) => label),
    ]);
    expect(own(adapters)).toEqual(["a a@2 active", "gauge gauge@1 active"]);
    expect(valuesOf(decoded(adapters, "gauges/leie", { cm: 120 }))).toEqual({ water_level: 1.2 });
    expect(adapters.list().find(({ id }) => id === "gauge")?.source).toBe("adapters/gauge/adapter.ts");
  });

  it("may have adapters in plain JavaScript, which import files of their own and of Node", async () => {
    write(
      "gauge/adapter.js",
      adapter({
        imports: 'import { metres } from "./metres.js";\nimport { hash } from "node:crypto";',
        value: "metres(cm)",
      })
        .replace(/interface.*\n/, "")
        .replace("<Level>", ""),
    );
    write("gauge/metres.js", "export const metres = (cm) => cm / 100;");
    const adapters = await open();
    expect(errorOf(adapters, "gauge")).toBe("");
    expect(valuesOf(decoded(adapters, "gauges/leie", { cm: 250 }))).toEqual({ water_level: 2.5 });
    write("gauge/metres.js", "export const metres = (cm) => cm / 10;");
    await adapters.refresh();
    expect(valuesOf(decoded(adapters, "gauges/leie", { cm: 250 }))).toEqual({ water_level: 25 });
  });

  it("gives adapters whose refusals are refusals, and whose schema says what does not fit", async () => {
    write("gauge/adapter.ts", adapter());
    const adapters = await open();
    expect(decoded(adapters, "gauges/leie", { cm: -1 })).toMatchObject({
      ok: false,
      code: "no_values",
      reason: "The gauge is dry.",
    });
    expect(decoded(adapters, "gauges/leie", { cm: "high" })).toMatchObject({
      code: "schema_mismatch",
      reason: expect.stringContaining("cm: expected a number"),
    });
  });

  it.each([
    ["a syntax error", adapter().replace("return [", "return [["), /adapters\/gauge\/adapter\.ts:\d+:\d+: /],
    ["an import that is not there", 'import "./nothing.ts";', /adapter\.ts:1:8: Could not resolve/],
    ["an exception", 'throw new Error("boom");', /loading it failed: boom/],
    ["a loop without an end", "for (;;);", /loading it failed: it does not come to an end/],
    ["no default export", "export const a = 1;", /expected 'export default defineAdapter/],
    ["another id", adapter({ id: "gage" }), /'gage', and it has to be the name of its folder, 'gauge'/],
    ["a version that is none", adapter({ version: 0.5 }), /version: expected 1, 2, 3/],
  ])(
    "with an adapter of %s refuses it alone, and says what is wrong",
    async (_, code, sentence) => {
      write("gauge/adapter.ts", code);
      write("other.yaml", mapping(1, 1, "other/+"));
      const adapters = await open();
      expect(own(adapters)).toEqual(["gauge null refused", "other other@1 active"]);
      expect(errorOf(adapters, "gauge")).toMatch(sentence);
    },
    30_000,
  );

  it.each([
    [
      { "tasmota.yaml": mapping(1, 1) },
      "tasmota",
      /'tasmota' is the name of an adapter that comes with kota/,
    ],
    [
      { "a.yaml": mapping(1, 1), "b.yaml": mapping(1, 1) },
      "b",
      /b\.yaml: the topics 'gauges\/\+' are already those of adapters\/a\.yaml/,
    ],
    [{ "a.yaml": "title: A\n" }, "a", /adapters\/a\.yaml: format/],
    [{ "A b.yaml": mapping(1, 1) }, "A b", /small letters, digits and single hyphens/],
    [
      { "node.js": CODEC, "node/adapter.ts": adapter({ id: "node" }) },
      "node",
      /'node' is already the name of adapters\/node/,
    ],
    [
      { "node.js": "function x() {}" },
      "node",
      /adapters\/node\.js: The codec has no function that decodes uplinks/,
    ],
    [
      { "node.js": CODEC, "node.mapping.yaml": "fields: { a: temprature }" },
      "node",
      /did you mean 'temperature'/,
    ],
  ])("that contradicts itself has the reason: %#", async (files, id, sentence) => {
    for (const [file, text] of Object.entries(files)) write(file, text);
    const adapters = await open();
    const errors = adapters.list().flatMap((entry) => (entry.id === id && entry.error ? [entry.error] : []));
    expect(errors.join()).toMatch(sentence);
  });
});

describe("a change in the folder of a city", () => {
  it("is taken up: a file that is new, changed or gone", async () => {
    write("gauge.yaml", mapping(1, 0.01));
    const adapters = await open();
    const before = adapters.now();
    await adapters.refresh();
    expect(adapters.now()).toBe(before);
    write("gauge.yaml", mapping(2, 0.1));
    write("a.yaml", mapping(1, 1, "a/+"));
    await adapters.refresh();
    expect(own(adapters)).toEqual(["a a@1 active", "gauge gauge@2 active"]);
    expect(valuesOf(decoded(adapters, "gauges/leie", { cm: 100 }))).toEqual({ water_level: 10 });
    expect(
      valuesOf(
        createDecoder(before.adapters, { timeZone: "UTC" }).decode({
          topic: "gauges/leie",
          payload: Buffer.from('{"cm":100}'),
          receivedAt: NOW,
          source: "mqtt",
        }),
      ),
    ).toEqual({ water_level: 1 });
    remove("gauge.yaml");
    remove("a.yaml");
    await adapters.refresh();
    expect(adapters.now().adapters).toEqual(ADAPTERS);
  });

  it("that breaks a file leaves what it was before in use, until it is repaired", async () => {
    write("gauge/adapter.ts", adapter());
    write("gauge/examples/one.json", reads(100, 1));
    const adapters = await open();
    write("gauge/adapter.ts", "export default nothing(");
    await adapters.refresh();
    expect(own(adapters)).toEqual(["gauge gauge@1 previous"]);
    expect(valuesOf(decoded(adapters, "gauges/leie", { cm: 100 }))).toEqual({ water_level: 1 });
    expect((await metrics.cityAdapters.get()).values).toContainEqual({
      labels: { state: "previous" },
      value: 1,
    });
    write("gauge/adapter.ts", adapter({ version: 2, value: "cm" }));
    await adapters.refresh();
    expect(own(adapters)).toEqual(["gauge gauge@1 previous"]);
    expect(errorOf(adapters, "gauge")).toContain("one: Reading 1: expected water_level 1, came 100");
    write("gauge/examples/one.json", reads(100, 100));
    await adapters.refresh();
    expect(own(adapters)).toEqual(["gauge gauge@2 active"]);
    expect((await metrics.cityAdapters.get()).values).toContainEqual({
      labels: { state: "active" },
      value: 1,
    });
  });

  it("that does not raise the version is used, with a note", async () => {
    write("gauge.yaml", mapping(1, 1));
    const adapters = await open();
    write("gauge.yaml", mapping(1, 2));
    await adapters.refresh();
    const entry = adapters.list()[0];
    expect(entry?.state).toBe("active");
    expect(entry?.note).toContain("still gauge@1");
    write("gauge.yaml", mapping(2, 2));
    await adapters.refresh();
    expect(adapters.list()[0]?.note).toBeNull();
  });

  it("that resolves a conflict lets in what was refused for it", async () => {
    write("a.yaml", mapping(1, 1));
    write("b.yaml", mapping(1, 2));
    const adapters = await open();
    expect(own(adapters)).toEqual(["a a@1 active", "b null refused"]);
    remove("a.yaml");
    await adapters.refresh();
    expect(own(adapters)).toEqual(["b b@1 active"]);
  });

  it("does not let a new file take the place of one that works", async () => {
    write("b.yaml", mapping(1, 2));
    const adapters = await open();
    write("a.yaml", mapping(1, 1));
    await adapters.refresh();
    expect(own(adapters)).toEqual(["a null refused", "b b@1 active"]);
  });

  it("is seen without being told, once the folder is at rest", async () => {
    const adapters = await open({ everyMs: 20 });
    write("gauge/adapter.ts", adapter());
    await vi.waitFor(() => expect(own(adapters)).toEqual(["gauge gauge@1 active"]), { timeout: 15_000 });
    write("gauge/adapter.ts", adapter({ version: 2 }));
    await vi.waitFor(() => expect(own(adapters)).toEqual(["gauge gauge@2 active"]), { timeout: 15_000 });
    remove("gauge");
    await vi.waitFor(() => expect(own(adapters)).toEqual([]), { timeout: 15_000 });
  });

  it("with examples that fail can be used all the same, by who is writing it", async () => {
    write("gauge.yaml", mapping(1, 1));
    write("gauge/examples/one.json", reads(100, 7));
    expect(own(await open())).toEqual(["gauge null refused"]);
    const adapters = await open({ despiteExamples: true });
    expect(own(adapters)).toEqual(["gauge gauge@1 active"]);
    expect(adapters.list()[0]?.problems[0]).toContain("expected water_level 7, came 100");
  });
});

describe("a codec of a city", () => {
  const TOPIC = "v3/app@ttn/devices/node-1/up";

  it("reads the bytes of devices, with its mapping, and readings name it by its content", async () => {
    write("node.js", CODEC);
    const adapters = await open();
    const first = decoded(adapters, TOPIC, uplink("15"));
    expect(valuesOf(first)).toEqual({ temperature: 21 });
    expect(first.codec).toMatch(/^node\.[0-9a-f]{8}$/);
    write("node.mapping.yaml", "fields: { temperature: { metric: temperature, scale: 2 } }");
    await adapters.refresh();
    const second = decoded(adapters, TOPIC, uplink("15"));
    expect(valuesOf(second)).toEqual({ temperature: 42 });
    expect(second.codec).not.toBe(first.codec);
  });

  it("is refused when an example of bytes, or of a message, is not as it says", async () => {
    write("node.js", CODEC);
    write("node.json", [{ fPort: 1, bytes: "15", data: { temperature: 22 } }]);
    const adapters = await open();
    expect(errorOf(adapters, "node")).toContain(
      'adapters/node.json, example 1: expected {"data":{"temperature":22}}',
    );
    expect(decoded(adapters, TOPIC, uplink("15"))).toMatchObject({
      code: "codec_failed",
      reason: expect.stringContaining(
        "The device's codec is refused: adapters/node.js: an example is not as it says. adapters/node.json",
      ),
    });
    write("node.json", [{ fPort: 1, bytes: "15", data: { temperature: 21 } }]);
    write("node/examples/one.json", {
      ...example(0, { readings: [{ device: "node-1", time: null, values: { temperature: 20 } }] }),
      topic: TOPIC,
      payload: uplink("15"),
    });
    await adapters.refresh();
    expect(errorOf(adapters, "node")).toContain("expected temperature 20, came 21");
  });

  it("that the city has not says where to put it", async () => {
    expect(decoded(await open(), TOPIC, uplink("15"))).toMatchObject({
      code: "codec_failed",
      reason: expect.stringContaining("no adapters/node.js"),
    });
  });

  it.each([
    ["throws", 'throw new TypeError("no such port")', /The codec node failed: TypeError: no such port/],
    ["reports errors", 'return { errors: ["too short"] }', /The codec node reports: too short/],
    ["does not end", "for (;;);", /did not finish within/],
    ["takes all memory", "var a = []; for (;;) a.push(new Array(1e5).fill(1))", /memory|did not finish/],
    ["gives nothing", "return", /returned nothing/],
  ])("that %s refuses the message and works on", async (_, body, sentence) => {
    write(
      "node.js",
      `function decodeUplink(input) { if (input.bytes[0] === 0) { ${body} } return { data: { temperature: 1 } }; }`,
    );
    const adapters = await open();
    expect(decoded(adapters, TOPIC, uplink("00"))).toMatchObject({
      code: "codec_failed",
      reason: expect.stringMatching(sentence),
    });
    expect(valuesOf(decoded(adapters, TOPIC, uplink("01")))).toEqual({ temperature: 1 });
  });

  it("that goes over its limits three times in a row is suspended, longer each time, and says so", async () => {
    write(
      "node.js",
      "function decodeUplink(input) { if (input.bytes[0] === 0) for (;;); return { data: { temperature: 1 } }; }",
    );
    const adapters = await open();
    const send = (hex: string) => valuesOf(decoded(adapters, TOPIC, uplink(hex)));
    expect([send("00"), send("00"), send("01")]).toEqual([
      "codec_failed",
      "codec_failed",
      { temperature: 1 },
    ]);
    expect([send("00"), send("00"), send("00"), send("01")]).toEqual([
      "codec_failed",
      "codec_failed",
      "codec_failed",
      "codec_suspended",
    ]);
    expect(own(adapters)[0]).toMatch(/^node node\.\w+ suspended$/);
    expect(errorOf(adapters, "node")).toContain("Suspended until 2026-11-24T12:01:00.000Z");
    expect((await metrics.codecSuspended.get()).values).toEqual([{ labels: { codec: "node" }, value: 1 }]);
    now += 60_000;
    expect([send("00"), send("01")]).toEqual(["codec_failed", "codec_suspended"]);
    now += 60_000;
    expect(send("01")).toBe("codec_suspended");
    now += 60_000;
    expect([send("01"), send("00"), send("00"), send("01")]).toEqual([
      { temperature: 1 },
      "codec_failed",
      "codec_failed",
      { temperature: 1 },
    ]);
    expect((await metrics.codecSuspended.get()).values).toEqual([{ labels: { codec: "node" }, value: 0 }]);
    expect((await metrics.codecFailures.get()).values).toEqual([
      { labels: { codec: "node", code: "steps_exceeded" }, value: 8 },
    ]);
  });

  it("that is repaired is no longer suspended", async () => {
    write("node.js", "function decodeUplink() { for (;;); }");
    const adapters = await open();
    for (let n = 0; n < 4; n++) decoded(adapters, TOPIC, uplink("00"));
    expect(valuesOf(decoded(adapters, TOPIC, uplink("07")))).toBe("codec_suspended");
    write("node.js", CODEC);
    await adapters.refresh();
    expect(valuesOf(decoded(adapters, TOPIC, uplink("07")))).toEqual({ temperature: 7 });
    expect((await metrics.codecSuspended.get()).values).toEqual([{ labels: { codec: "node" }, value: 0 }]);
  });
});
