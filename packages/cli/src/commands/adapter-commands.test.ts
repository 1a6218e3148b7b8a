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
      /No topic was given, and cayenne-lpp alone can read it[\s\S]*temperature +19\.5/,
    );
    expect(await kota("adapter", "try", "--hex", "--topic", "a/b", hex)).toMatch(
      /rejected as not_utf8[\s\S]*cayenne-lpp would read it/,
    );
    expect(process.exitCode).toBe(1);
    const base64 = write("p.b64", "AWcAww==\n");
    expect(
      JSON.parse(await kota("adapter", "try", "--base64", "--json", "--topic", "cayenne-lpp/shed", base64)),
    ).toMatchObject({ ok: true, readings: [{ device: "shed", time: null, values: { temperature: 19.5 } }] });
    await expect(kota("adapter", "try", "--base64", write("p", "%%"))).rejects.toThrow(/not base64/);
  });

  it("knows hexadecimal and base64 by their looks, and leaves a text that is neither as it is", async () => {
    for (const text of ["01 67 00 c3\n", "0x016700C3"]) {
      const tried = await kota("adapter", "try", write("p.txt", text));
      expect(tried, text).toMatch(/The text is hexadecimal: taken as the 4 bytes[\s\S]*temperature +19\.5/);
      const topic = ["--topic", "cayenne-lpp/shed"];
      expect(await kota("adapter", "try", ...topic, write("p.txt", text))).toMatch(
        /shed .*temperature +19\.5/,
      );
    }
    const pack = Buffer.from([0x81, 0xa3, 0x00, 0x61, 0x74, 0x01, 0x63, 0x43, 0x65, 0x6c, 0x02, 0x14]);
    const base64 = write("p.b64", pack.toString("base64"));
    expect(await kota("adapter", "try", base64)).toMatch(
      /The text is base64: taken as the 12 bytes[\s\S]*temperature +20/,
    );
    expect(await kota("adapter", "try", "--topic", "a/b", write("p.txt", "temperature1"))).toMatch(
      /rejected as not_json/,
    );
    expect(await kota("adapter", "try", "--raw", write("p.txt", "016700c3"))).toMatch(/rejected as not_json/);
  });

  it("takes an uplink as its maker publishes it, and asks for a codec when only its bytes are there", async () => {
    const decoded = { fPort: 2, bytes: "00d748", vendorDecoded: { temperature: 21.5, lvl: 72 } };
    expect(await kota("adapter", "try", write("u.json", JSON.stringify(decoded)))).toMatch(
      /Taken as an uplink of 3 bytes on port 2[\s\S]*temperature +21\.5/,
    );
    const pair = { input: { fPort: 2, bytes: [0, 215, 72] }, output: { data: { temperature: 21.5 } } };
    expect(await kota("adapter", "try", write("u.json", JSON.stringify(pair)))).toMatch(/temperature +21\.5/);
    const file = { source: "a maker", payload: decoded };
    expect(await kota("adapter", "try", write("u.json", JSON.stringify(file)))).toMatch(/temperature +21\.5/);
    const bare = write("u.json", '{"fPort":1,"bytes":"00d748"}');
    const refused = await kota("adapter", "try", bare);
    expect(refused).toMatch(/rejected as no_codec/);
    expect(refused).toContain(`(it has none yet): kota adapter try --codec <name> ${bare}`);
    expect(process.exitCode).toBe(1);
    await kota("adapter", "new", "acme-node", "--city", city, "--codec");
    expect(await kota("adapter", "try", "--codec", "acme-node", bare)).toMatch(/fill_level +72 +%/);
    const hex = write("u.hex", "00d748");
    expect(await kota("adapter", "try", "--codec", "acme-node", "--f-port", "1", hex)).toMatch(
      /fill_level +72/,
    );
    expect(await kota("adapter", "try", "--codec", "acme-node", "--f-port", "9", hex)).toMatch(
      /rejected as codec_failed[\s\S]*unknown fPort 9/,
    );
    await expect(kota("adapter", "try", "--f-port", "300", hex)).rejects.toThrow(/0 to 255/);
  });

  it("tries messages as mosquitto_sub writes them, each line with its topic, and what came before", async () => {
    const lines = [
      {
        tst: "2026-11-24T12:00:00.000000Z",
        topic: "kota/v1/a",
        qos: 0,
        retain: 0,
        payloadlen: 24,
        payload: '{"values":{"pm2_5":7}}',
      },
      { topic: "tele/pow1/SENSOR", payload: { Time: "2026-11-24T12:00:00", ENERGY: { Power: 12 } } },
    ];
    const text = lines.map((line) => JSON.stringify(line)).join("\n");
    const tried = await kota("adapter", "try", "--time-zone", "UTC", write("m.jsonl", text));
    expect(tried).toMatch(
      /payload 1 of 2[\s\S]*pm2_5 +7[\s\S]*payload 2 of 2[\s\S]*pow1 +2026-11-24T12:00:00\.000Z +power +12/,
    );
    const birth = {
      topic: "homeassistant/sensor/x/config",
      payload: {
        state_topic: "x/state",
        unique_id: "x1",
        device_class: "temperature",
        unit_of_measurement: "°C",
      },
    };
    const state = write("state.json", '{"topic":"x/state","payload":"19.5"}');
    expect(await kota("adapter", "try", state)).toMatch(/rejected as/);
    expect(
      await kota("adapter", "try", "--before", write("birth.json", JSON.stringify(birth)), state),
    ).toMatch(/temperature +19\.5/);
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
