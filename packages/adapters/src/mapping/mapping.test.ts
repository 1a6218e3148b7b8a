import { KotaError, type Message } from "@kota/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADAPTERS } from "../adapters.ts";
import { createDecoder, type DecodeOutcome } from "../decoder.ts";
import { parseMapping } from "./parse-mapping.ts";

const NOW = Date.UTC(2026, 10, 24, 12);

function message(topic: string, payload: unknown): Message {
  const bytes =
    payload instanceof Uint8Array
      ? payload
      : Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload));
  return { topic, payload: bytes, receivedAt: NOW, source: "mqtt" };
}

function decoderOf(yaml: string) {
  return createDecoder([parseMapping("probe", yaml, "adapters/probe.yaml"), ...ADAPTERS], {
    timeZone: "Asia/Jakarta",
  });
}

function decode(yaml: string, topic: string, payload: unknown): DecodeOutcome {
  return decoderOf(yaml).decode(message(topic, payload));
}

const readings = (outcome: DecodeOutcome) => (outcome.ok ? outcome.readings : outcome);

const NEURON_VALUES = `
title: Neuron, values format
topics: ["neuron/+/upload"]
format: json
device: { field: [node, group] }
time: { field: timestamp, format: unix-milliseconds }
fields:
  values.level: { metric: water_level, unit: cm }
  values.pump: { metric: power, scale: 100, absent: [-1] }
`;

const NEURON_TAGS = `
title: Neuron, tags format
topics: ["neuron/#"]
format: json
device: { field: node }
time: { field: timestamp, format: unix-milliseconds }
pairs: { list: tags, name: name, value: value }
fields: { level: water_level }
`;

const DTU = `
title: DTU
topics: ["dtu/+"]
format: json
device: { field: imei }
time: { field: time, format: unix-seconds }
fields:
  data.k1: temperature
  data.k2: humidity
  data.k3: { metric: voltage, scale: 0.1, offset: 100 }
`;

const TELEQUIP = `
title: Gateway with a date and a time
topics: ["gateways/+/data"]
format: json
device: { topicLevel: 2 }
time: { field: [Date, Time], format: ddMMyyyy HHmmss }
fields:
  P1: { metric: energy_total, unit: Wh }
  P2: { metric: power, channel: pump-2 }
`;

const CSV = `
title: Logger
topics: ["logger/+"]
format: csv
separator: ";"
decimal: ","
device: { topicLevel: -1 }
time: { field: Zeit, format: dd.MM.yyyy HH:mm, zone: Europe/Berlin }
fields:
  Pegel: { metric: water_level, unit: cm }
  Luft: { metric: temperature, absent: ["---"] }
`;

describe("a mapping", () => {
  it("reads values below a member, a device in two fields, and leaves out what the gateway could not read", () => {
    const payload = {
      timestamp: NOW - 1000,
      node: "modbus",
      group: "weir",
      values: { level: 123, pump: -1 },
      errors: { flow: 2014 },
    };
    expect(readings(decode(NEURON_VALUES, "neuron/a/upload", payload))).toEqual([
      { device: "modbus/weir", time: NOW - 1000, values: { water_level: 1.23 } },
    ]);
  });

  it("reads a list of names and values", () => {
    const payload = {
      timestamp: NOW,
      node: "modbus",
      tags: [
        { name: "level", value: 1.5 },
        { name: "flow", error: 2014 },
      ],
    };
    expect(readings(decode(NEURON_TAGS, "neuron/a", payload))).toEqual([
      { device: "modbus", time: NOW, values: { water_level: 1.5 } },
    ]);
  });

  it("takes null for nothing measured, and scales before it shifts", () => {
    const payload = { imei: "860061060000000", time: NOW / 1000, data: { k1: 12.3, k2: null, k3: 666 } };
    expect(readings(decode(DTU, "dtu/1", payload))).toEqual([
      {
        device: "860061060000000",
        time: NOW,
        values: { temperature: 12.3, voltage: expect.closeTo(166.6, 9) },
      },
    ]);
  });

  it("reads date and time in two fields as local time, numbers in quotes, and a channel", () => {
    const payload = { Date: "24112026", Time: "185900", P1: "1111.0", P2: "2222.0" };
    expect(readings(decode(TELEQUIP, "gateways/7/data", payload))).toEqual([
      { device: "7", time: NOW - 60_000, values: { energy_total: 1.111 } },
      { device: "7", channel: "pump-2", time: NOW - 60_000, values: { power: 2222 } },
    ]);
  });

  it("reads CSV with semicolons, decimal commas and a zone of its own", () => {
    const csv = "Zeit;Pegel;Luft\n24.11.2026 12:00;132,5;4,5\n24.11.2026 12:15;133;---\n";
    expect(readings(decode(CSV, "logger/leie", csv))).toEqual([
      { device: "leie", time: NOW - 3_600_000, values: { water_level: 1.325, temperature: 4.5 } },
      { device: "leie", time: NOW - 2_700_000, values: { water_level: 1.33 } },
    ]);
  });

  it("reads CSV without a header by the columns it names", () => {
    const yaml = CSV.replace('separator: ";"', 'separator: ","\ncolumns: [Zeit, Pegel, Luft]').replace(
      'decimal: ","',
      "",
    );
    expect(readings(decode(yaml, "logger/leie", "24.11.2026 12:00,132.5,4.5"))).toMatchObject([
      { values: { water_level: 1.325, temperature: 4.5 } },
    ]);
  });

  it("reads a bare number, and texts that stand for numbers", () => {
    const bare = `
title: Bare
topics: ["room/+/temperature"]
format: json
device: { topicLevel: 2 }
fields: { $: { metric: temperature, unit: "°F" } }
`;
    expect(readings(decode(bare, "room/7/temperature", "50"))).toEqual([
      { device: "7", time: null, values: { temperature: 10 } },
    ]);
    const texts = `
title: Spot
topics: ["spot/+"]
format: json
device: { id: spot-1 }
fields: { state: { metric: parking_occupancy, texts: { free: 0, taken: 100, "true": 100 } } }
`;
    for (const state of ["taken", true]) {
      expect(readings(decode(texts, "spot/1", { state }))).toMatchObject([
        { device: "spot-1", values: { parking_occupancy: 100 } },
      ]);
    }
    expect(decode(texts, "spot/1", { state: "closed" })).toMatchObject({ ok: false, code: "not_a_number" });
  });

  it("reads a list of rows whose device stands around them", () => {
    const yaml = `
title: Rows
topics: [rows]
format: json
rows: data.samples
device: { field: station }
time: { field: at }
fields: { pm.25: pm2_5 }
`;
    const payload = {
      station: "s",
      data: {
        samples: [
          { at: "2026-11-24T12:00:00Z", "pm.25": 7 },
          { at: "2026-11-24T19:01:00", pm: { 25: 8 } },
        ],
      },
    };
    expect(readings(decode(yaml, "rows", payload))).toEqual([
      { device: "s", time: NOW, values: { pm2_5: 7 } },
      { device: "s", time: NOW + 60_000, values: { pm2_5: 8 } },
    ]);
  });

  it("reads Cayenne LPP, as bytes and as base64 inside of JSON", () => {
    const bytes = Buffer.from("016700c3", "hex");
    const plain = 'title: L\ntopics: ["lora/+/raw"]\nformat: cayenne-lpp\ndevice: { topicLevel: 2 }\n';
    expect(readings(decode(plain, "lora/7/raw", bytes))).toEqual([
      { device: "7", time: null, values: { temperature: 19.5 } },
    ]);
    const inside = `${plain}time: { field: at }\nbase64: up.frm_payload\n`;
    const payload = { at: "2026-11-24T12:00:00Z", up: { frm_payload: bytes.toString("base64") } };
    expect(readings(decode(inside, "lora/7/raw", payload))).toEqual([
      { device: "7", time: NOW, values: { temperature: 19.5 } },
    ]);
    expect(decode(inside, "lora/7/raw", { at: "2026-11-24T12:00:00Z" })).toMatchObject({
      code: "schema_mismatch",
    });
  });

  it("goes before the adapters that come with kota", () => {
    const yaml =
      'title: Mine\nversion: 3\ntopics: ["tele/+/SENSOR"]\nformat: json\ndevice: { topicLevel: 2 }\nfields: { a: power }\n';
    expect(decode(yaml, "tele/x/SENSOR", { a: 1 })).toMatchObject({ ok: true, adapter: "probe@3" });
  });

  it.each([
    ["time_invalid", { imei: "8", data: { k1: 1 } }, /time: expected a time as unix-seconds, came nothing/],
    ["time_invalid", { imei: "8", time: "soon", data: { k1: 1 } }, /came the text "soon"/],
    ["schema_mismatch", { time: 1, data: { k1: 1 } }, /imei: expected the device's id, came nothing/],
    ["not_a_number", { imei: "8", time: 1, data: { k1: "warm" } }, /data.k1: expected a number/],
    ["no_values", { imei: "8", time: 1, data: {} }, /none of the fields .* data.k1, data.k2, data.k3/],
    ["no_values", { imei: "8", time: 1, data: { k1: null } }, /holds a value/],
  ])("refuses as %s: %j", (code, payload, reason) => {
    const outcome = decode(DTU, "dtu/1", payload);
    expect(outcome).toMatchObject({ ok: false, code, adapter: "probe@1" });
    expect(outcome.ok ? "" : outcome.reason).toMatch(reason);
  });

  it("gives sound readings or a rejection, whatever comes", () => {
    const decoders = [NEURON_VALUES, NEURON_TAGS, DTU, TELEQUIP, CSV].map(decoderOf);
    const topics = fc.constantFrom("neuron/a/upload", "dtu/1", "gateways/7/data", "logger/leie");
    const payload = fc.oneof(fc.json({ maxDepth: 4 }), fc.string(), fc.uint8Array({ maxLength: 50 }));
    fc.assert(
      fc.property(topics, payload, (topic, content) => {
        for (const decoder of decoders) {
          const outcome = decoder.decode(message(topic, content));
          expect(outcome.ok ? "ok" : outcome.code).not.toBe("adapter_failed");
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a mapping file that is wrong", () => {
  it.each([
    ["topics: [", /adapters\/probe.yaml: /],
    ["[]", /adapters\/probe.yaml: \(whole\)/],
    [DTU.replace("format: json", "format: xml"), /format: /],
    [
      DTU.replace("temperature", "temprature"),
      /fields.data.k1: .*no 'temprature'; did you mean 'temperature'\?/,
    ],
    [
      DTU.replace("temperature", "{ metric: temperature, unit: kWh }"),
      /k1: .*Cel, which 'kWh' cannot be converted to/,
    ],
    [DTU.replace("temperature", "{ metric: temperature, unit: warmth }"), /does not know the unit 'warmth'/],
    [DTU.replace("humidity", "temperature"), /'data.k1' and 'data.k2' are the same metric/],
    [DTU.replace("unix-seconds", "hh:mm"), /time.format: use iso, unix-seconds/],
    [DTU.replace("imei", "imei, colour: red"), /colour/],
    [DTU.replace("topics", "topic"), /topic/],
    [DTU.replace("{ field: imei }", "{ topicLevel: 0 }"), /levels count from 1/],
    [CSV.replace("Europe/Berlin", "Mars/Olympus"), /IANA time zone/],
  ])("says what and where: %#", (yaml, sentence) => {
    expect(() => parseMapping("probe", yaml, "adapters/probe.yaml")).toThrow(sentence);
    expect(() => parseMapping("probe", yaml, "adapters/probe.yaml")).toThrow(KotaError);
  });

  it("has a name that an adapter may have", () => {
    expect(() => parseMapping("My Mapping", DTU, "adapters/My Mapping.yaml")).toThrow(/small letters/);
  });
});

it("A text says its unit itself, which counts whatever the mapping says", () => {
  const yaml = `
title: Level
topics: ["level/+"]
format: json
device: { topicLevel: 2 }
fields:
  level: { metric: distance, unit: cm }
`;
  const values = (level: string) => {
    const outcome = decode(yaml, "level/1", { level });
    return outcome.ok ? outcome.readings[0]?.values : outcome.reason;
  };
  expect(values("2000 mm")).toEqual({ distance: 2000 });
  expect(values("200")).toEqual({ distance: 2000 });
  expect(values("25 °C")).toBe('level: expected distance, came the text "25 °C", which is something else.');
  expect(values("25 bananas")).toBe('level: expected a number, came the text "25 bananas".');
});
