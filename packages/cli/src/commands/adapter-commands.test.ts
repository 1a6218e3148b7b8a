import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADAPTERS, createDecoder } from "@kota/adapters";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ADAPTER_SOURCES } from "../adapter-examples.ts";
import { createProgram } from "../program.ts";
import { answerLine } from "./decode.ts";

const EXAMPLE_CITY = join(import.meta.dirname, "../../../../infra/example-city");
const GAUGE =
  "title: Gauge\ntopics: [gauges/+]\nformat: json\ndevice: { topicLevel: 2 }\nfields: { cm: { metric: water_level, unit: cm } }\n";

let city: string;
let lines: string[];

beforeEach(() => {
  city = mkdtempSync(join(tmpdir(), "kota-adapters-"));
  for (const file of ["city.yaml", "areas.geojson", "devices.csv", "scores.yaml"]) {
    cpSync(join(EXAMPLE_CITY, file), join(city, file));
  }
  lines = [];
  vi.stubEnv("KOTA_CITY", city);
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
  rmSync(city, { recursive: true, force: true });
});

async function kota(...args: string[]): Promise<string> {
  lines.length = 0;
  process.exitCode = undefined;
  await createProgram().parseAsync(args, { from: "user" });
  return lines.join("\n");
}

function write(name: string, content: string): string {
  const file = join(city, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content);
  return file;
}

describe("kota adapter", () => {
  it("writes a mapping that lists first, passes its test, and can be tried", async () => {
    await kota(
      "adapter",
      "new",
      "gauge",
      "--topic",
      "gauges/+",
      "--device",
      "topic:2",
      "--field",
      "cm=water_level:cm",
    );
    expect(await kota("adapter", "list")).toMatch(
      /^ADAPTER.*\ngauge@1 +adapters\/gauge\.yaml +json +gauges\/\+/,
    );
    expect(await kota("adapter", "test", "gauge")).toContain("ok      gauge@1: 2 examples");
    expect(process.exitCode).toBeUndefined();
    const tried = await kota("adapter", "try", "--topic", "gauges/leie", write("p.json", '{"cm":132}'));
    expect(tried).toMatch(/decoded by gauge@1[\s\S]*leie +\(receipt\) +water_level +1\.32 +m/);
  });

  it("writes an adapter in TypeScript that passes its test, and says where it is from", async () => {
    const made = await kota(
      "adapter",
      "new",
      "acme-air",
      "--city",
      city,
      "--code",
      "--topic",
      "acme/+/state",
    );
    expect(made).toContain("acme-air/adapter.ts");
    expect(await kota("adapter", "list")).toMatch(
      /acme-air@1 +adapters\/acme-air\/adapter\.ts +json +acme\/\+\/state/,
    );
    expect(await kota("adapter", "test", "acme-air")).toContain("ok      acme-air@1: 2 examples");
    await expect(kota("adapter", "new", "acme-air", "--city", city, "--code")).rejects.toThrow(
      /is there already/,
    );
  });

  it("writes a codec that passes its test, and decodes with it what a device sends in bytes", async () => {
    await kota("adapter", "new", "acme-node", "--city", city, "--codec");
    expect(await kota("adapter", "test", "acme-node")).toMatch(/ok {6}acme-node\.\w{8}: 3 examples/);
    const uplink = write("up.json", '{"uplink_message":{"f_port":1,"frm_payload":"ANdI"}}');
    const args = ["adapter", "try", "--topic", "v3/a@b/devices/n1/up", uplink];
    expect(await kota(...args)).toMatch(/rejected as no_codec/);
    const tried = await kota(...args, "--codec", "acme-node");
    expect(tried).toMatch(/with the codec acme-node\.\w{8}[\s\S]*fill_level +72 +%/);
    write("devices.csv", "id,name,kind,adapter,codec\nn1,N,bin,the-things-stack,acme-node\n");
    expect(await kota(...args)).toMatch(/fill_level +72/);
    await expect(kota(...args, "--codec", "nothing")).rejects.toThrow(/there are acme-node/);
  });

  it("leaves out what is broken, says why, and fails its test", async () => {
    const said: string[] = [];
    vi.spyOn(console, "error").mockImplementation((line: string) => void said.push(line));
    write("adapters/gauge.yaml", "title: Gauge\n");
    expect(await kota("adapter", "list")).toMatch(/gauge \(refused\) +adapters\/gauge\.yaml/);
    expect(said.join()).toContain("left out: adapters/gauge.yaml: format");
    expect(await kota("adapter", "test", "gauge")).toMatch(
      /FAILED {2}gauge\n +adapters\/gauge\.yaml: format/,
    );
    expect(process.exitCode).toBe(1);
  });

  it("leaves what is there alone", async () => {
    write("adapters/gauge.yaml", GAUGE);
    await expect(kota("adapter", "new", "gauge")).rejects.toThrow(/is there already/);
    await expect(kota("adapter", "new", "tasmota")).rejects.toThrow(/comes with kota/);
    expect(readFileSync(join(city, "adapters/gauge.yaml"), "utf8")).toBe(GAUGE);
  });

  it("fails an example that is not as it says, and an adapter without examples", async () => {
    write("adapters/gauge.yaml", GAUGE);
    expect(await kota("adapter", "test", "gauge")).toMatch(/FAILED {2}gauge@1\n.*no examples/);
    expect(process.exitCode).toBe(1);
    const example = {
      about: "x",
      source: "x",
      licence: "x",
      topic: "gauges/leie",
      payload: { cm: 100 },
      receivedAt: "2026-11-24T12:00:00Z",
      expect: { readings: [{ device: "leie", time: null, values: { water_level: 2 } }] },
    };
    write("adapters/gauge/examples/wrong.json", JSON.stringify(example));
    expect(await kota("adapter", "test", "gauge")).toContain(
      "wrong: Reading 1: expected water_level 2, came 1.",
    );
    expect(process.exitCode).toBe(1);
    await expect(kota("adapter", "test", "gouge")).rejects.toThrow(/no adapter 'gouge'/);
  });

  it("runs the examples of every adapter that comes with kota", async () => {
    expect(await kota("adapter", "test")).toContain(`${ADAPTERS.length} passed, 0 failed`);
  });

  it("tries an example whole, with what came before it and what it expects", async () => {
    const file = join(ADAPTER_SOURCES, "sparkplug-b/examples/data-under-alias.json");
    expect(await kota("adapter", "try", file)).toMatch(/power +2250 +W[\s\S]*This is what the file expects/);
    expect(process.exitCode).toBe(0);
  });

  it("tries bytes in hexadecimal and base64, and only an adapter that is asked for", async () => {
    const hex = write("p.hex", "01 67 00 c3\n");
    expect(await kota("adapter", "try", "--hex", "--adapter", "cayenne-lpp", hex)).toMatch(
      /temperature +19\.5/,
    );
    expect(await kota("adapter", "try", "--hex", hex)).toMatch(
      /rejected as not_utf8[\s\S]*cayenne-lpp would read it/,
    );
    expect(process.exitCode).toBe(1);
    const base64 = write("p.b64", "AWcAww==\n");
    expect(
      JSON.parse(await kota("adapter", "try", "--base64", "--json", "--topic", "cayenne-lpp/shed", base64)),
    ).toMatchObject({ ok: true, readings: [{ device: "shed", time: null, values: { temperature: 19.5 } }] });
    await expect(kota("adapter", "try", "--base64", write("p", "%%"))).rejects.toThrow(/not base64/);
  });

  it("says why there are no readings, and marks values that cannot be", async () => {
    const reason = await kota("adapter", "try", "--topic", "kota/v2/a", write("a.json", '{"values":5}'));
    expect(reason).toMatch(/rejected as no_adapter[\s\S]*closest is kota-json: it declined/);
    const wet = await kota(
      "adapter",
      "try",
      "--topic",
      "kota/v1/a",
      write("b.json", '{"values":{"humidity":170}}'),
    );
    expect(wet).toMatch(/humidity +170 +% +impossible/);
  });

  it("reads times without a zone in the one that is asked for", async () => {
    const file = write("t.json", '{"time":"2026-11-24T19:00:00","values":{"pm2_5":7}}');
    const args = ["adapter", "try", "--topic", "kota/v1/a", "--time-zone", "Asia/Jakarta", "--json", file];
    expect(await kota(...args)).toContain('"time":"2026-11-24T12:00:00.000Z"');
    await expect(kota("adapter", "try", "--time-zone", "Mars", file)).rejects.toThrow(/IANA time zone/);
  });
});

describe("kota decode", () => {
  const decoder = createDecoder(ADAPTERS, { timeZone: "UTC" });

  it.each([
    [
      { topic: "kota/v1/a", payload: { values: { pm2_5: 7 } } },
      { ok: true, adapter: "kota-json@1" },
    ],
    [{ topic: "kota/v1/a", payload: '{"values":{"pm2_5":7}}' }, { ok: true }],
    [
      { topic: "cayenne-lpp/a", payloadBase64: "AWcAww==" },
      { ok: true, adapter: "cayenne-lpp@1" },
    ],
    [
      { topic: "senml/a", payload: [{ n: "x", u: "Cel", v: 1, t: -60 }], receivedAt: 60_000 },
      { readings: [{ time: "1970-01-01T00:00:00.000Z" }] },
    ],
    [
      { topic: "kota/v1/a", payload: 7 },
      { ok: false, code: "schema_mismatch" },
    ],
    [{ topic: "kota/v1/a" }, { ok: false, line: 3, error: expect.stringContaining("payload") }],
    [
      { topic: "a", payload: 1, payloadBase64: "" },
      { ok: false, line: 3 },
    ],
    [
      { topic: "a", payload: 1, qos: 1 },
      { ok: false, line: 3, error: expect.stringContaining("qos") },
    ],
  ])("answers %j", (line, answer) => {
    expect(answerLine(decoder, JSON.stringify(line), 3)).toMatchObject(answer);
  });

  it("says which line is no JSON", () => {
    expect(answerLine(decoder, "nope", 8)).toMatchObject({ ok: false, line: 8 });
  });
});
