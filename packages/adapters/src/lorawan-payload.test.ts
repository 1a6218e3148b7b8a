import type { Message } from "@kota/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADAPTERS } from "./adapters.ts";
import { createDecoder } from "./decoder.ts";
import type { JsonObject } from "./json.ts";
import { parseCodecMapping } from "./mapping/codec-mapping.ts";
import type { CodecFor, RawUplink } from "./payload-codec.ts";
import { refuse } from "./refusal.ts";

const RECEIVED = Date.UTC(2026, 10, 24, 12);

function message(topic: string, payload: unknown): Message {
  return { topic, payload: Buffer.from(JSON.stringify(payload)), receivedAt: RECEIVED, source: "mqtt" };
}

const tts = (uplink: object) =>
  message("v3/app@ttn/devices/node-1/up", {
    end_device_ids: { device_id: "node-1" },
    uplink_message: uplink,
  });

const chirpstack = (event: object) =>
  message("application/a/device/0101010101010101/event/up", {
    deduplicationId: "1",
    deviceInfo: { devEui: "0101010101010101" },
    ...event,
  });

interface Asked {
  readonly adapter: string;
  readonly device: string;
  readonly uplink?: RawUplink;
}

/** Every device has a codec that gives `data`, or does what `data` does. */
function decoding(data: JsonObject | (() => JsonObject), mapping: string | null = null) {
  const asked: Asked[] = [];
  const codecFor: CodecFor = (adapter, device) => ({
    name: "probe",
    label: "probe.1234",
    mapping: mapping === null ? null : parseCodecMapping(mapping, "adapters/probe.mapping.yaml"),
    decode(uplink) {
      asked.push({ adapter, device, uplink });
      return typeof data === "function" ? data() : data;
    },
  });
  const decoder = createDecoder(ADAPTERS, { timeZone: "UTC", codecFor });
  return { asked, decode: (given: Message) => decoder.decode(given) };
}

describe("an uplink of a device with a codec", () => {
  it("of a Tasmota bridge that did not decode it is decoded from its bytes, under the device's EUI", () => {
    const { asked, decode } = decoding({ temperature: 21.5 });
    const block = {
      Device: "0x4AD6",
      DevEUIh: "70B3D57E",
      DevEUIl: "D0001234",
      FPort: 10,
      Payload: [1, 255],
    };
    const outcome = decode(message("tele/bridge/SENSOR", { LwReceived: { N1: block } }));
    const device = "70B3D57ED0001234";
    expect(outcome).toMatchObject({
      ok: true,
      codec: "probe.1234",
      readings: [{ device, time: null, values: { temperature: 21.5 } }],
    });
    expect(asked).toEqual([
      {
        adapter: "tasmota",
        device,
        uplink: { fPort: 10, bytes: Buffer.from([1, 255]), recvTime: RECEIVED },
      },
    ]);
  });

  it("of The Things Stack is decoded from its bytes, and names the codec", () => {
    const { asked, decode } = decoding({ temperature: 21.5 });
    const outcome = decode(
      tts({
        f_port: 7,
        frm_payload: "AQI=",
        decoded_payload: { temperature: 99 },
        received_at: "2026-11-24T11:59:00Z",
        rx_metadata: [{ rssi: -80, snr: 4 }],
      }),
    );
    expect(outcome).toMatchObject({
      ok: true,
      adapter: expect.stringMatching(/^the-things-stack@\d+$/),
      codec: "probe.1234",
      readings: [
        {
          device: "node-1",
          time: Date.UTC(2026, 10, 24, 11, 59),
          values: { temperature: 21.5, rssi: -80, snr: 4 },
        },
      ],
    });
    expect(asked).toEqual([
      {
        adapter: "the-things-stack",
        device: "node-1",
        uplink: { fPort: 7, bytes: Buffer.from([1, 2]), recvTime: Date.UTC(2026, 10, 24, 11, 59) },
      },
    ]);
  });

  it("of ChirpStack is decoded from its bytes", () => {
    const { asked, decode } = decoding({ battery: 80 });
    const outcome = decode(chirpstack({ fPort: 2, data: "qg==", object: { battery: 1 } }));
    expect(outcome).toMatchObject({ ok: true, codec: "probe.1234", readings: [{ values: { battery: 80 } }] });
    expect(asked[0]?.uplink).toEqual({ fPort: 2, bytes: Buffer.from([0xaa]), recvTime: RECEIVED });
  });

  it("that came without bytes is what the network server decoded", () => {
    const { asked, decode } = decoding({ temperature: 1 });
    const outcome = decode(tts({ f_port: 1, decoded_payload: { temperature: 20 } }));
    expect(outcome).toMatchObject({ ok: true, readings: [{ values: { temperature: 20 } }] });
    expect(outcome.codec).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it("whose bytes are no base64 is refused before the codec sees it", () => {
    const { asked, decode } = decoding({ temperature: 1 });
    expect(decode(tts({ frm_payload: "%%" }))).toMatchObject({
      code: "schema_mismatch",
      reason: expect.stringMatching(/frm_payload: expected bytes in base64/),
    });
    expect(asked).toEqual([]);
  });

  it("that its codec refuses is rejected in the codec's words, and names the codec", () => {
    const { decode } = decoding(() => refuse("codec_failed", "The codec probe: unknown fPort 9", "node-1"));
    expect(decode(tts({ frm_payload: "AQI=" }))).toMatchObject({
      ok: false,
      codec: "probe.1234",
      code: "codec_failed",
      reason: "The codec probe: unknown fPort 9",
      device: "node-1",
    });
  });

  it("that gives nothing kota knows is told which fields came, and where to say what they are", () => {
    const { decode } = decoding({ lvl: 3 });
    expect(decode(tts({ frm_payload: "AQI=" }))).toMatchObject({
      code: "no_values",
      reason: expect.stringMatching(
        /it has lvl \(the number 3\)\. .* say in adapters\/probe\.mapping\.yaml which metric/,
      ),
    });
    expect(decoding({}).decode(tts({ frm_payload: "AQI=" }))).toMatchObject({
      code: "no_values",
      reason: expect.stringMatching(/its data is empty/),
    });
  });
});

describe("an uplink of a device without a codec", () => {
  const decoder = createDecoder(ADAPTERS, { timeZone: "UTC" });

  it.each([
    ["The Things Stack", tts({ f_port: 3, frm_payload: "AQI=" })],
    ["ChirpStack", chirpstack({ fPort: 3, data: "AQI=" })],
  ])("of %s of which only bytes came is told how to give it one", (server, uplink) => {
    const outcome = decoder.decode(uplink);
    expect(outcome).toMatchObject({ ok: false, code: "no_codec" });
    const reason = outcome.ok ? "" : outcome.reason;
    expect(reason).toContain("adapters/<name>.js");
    expect(reason).toContain("column codec of devices.csv");
    expect(reason).toContain(server);
  });
});

describe("the mapping of a codec", () => {
  const mapped = (data: JsonObject, mapping: string) => {
    const outcome = decoding(data, mapping).decode(tts({ frm_payload: "AQI=" }));
    return outcome.ok
      ? Object.fromEntries(
          outcome.readings.flatMap(({ channel, values }) =>
            Object.entries(values).map(([name, value]) => [channel ? `${name}@${channel}` : name, value]),
          ),
        )
      : outcome.code;
  };

  it.each<[string, JsonObject, string, unknown]>([
    ["gives a field a metric", { lvl: 80 }, "fields: { lvl: fill_level }", { fill_level: 80 }],
    [
      "scales and shifts",
      { t: 2931 },
      "fields: { t: { metric: temperature, scale: 0.1, offset: -273.1 } }",
      { temperature: 20 },
    ],
    ["converts units", { d: 12 }, "fields: { d: { metric: distance, unit: cm } }", { distance: 120 }],
    [
      "gives a channel",
      { t: 4 },
      "fields: { t: { metric: temperature, channel: probe } }",
      { "temperature@probe": 4 },
    ],
    [
      "follows a path through lists",
      { a: { list: [5, 6] } },
      "fields: { a.list.1: distance }",
      { distance: 6 },
    ],
    ["leaves a field out", { temperature: 1, humidity: 2 }, "fields: { temperature: null }", { humidity: 2 }],
    ["leaves a group out", { in: { temperature: 1 }, humidity: 2 }, "fields: { in: null }", { humidity: 2 }],
    [
      "leaves all others out",
      { temperature: 1, x: 2 },
      "fields: { x: humidity }\nothers: ignore",
      { humidity: 2 },
    ],
    [
      "comes before common names",
      { temperature: 1, inner: 2 },
      "fields: { inner: temperature }",
      { temperature: 2, "temperature@temperature": 1 },
    ],
    [
      "knows what says nothing was measured",
      { d: 9999, humidity: 2 },
      "fields: { d: { metric: distance, absent: [9999] } }",
      { humidity: 2 },
    ],
    ["refuses a field that is no number", { x: "abc" }, "fields: { x: humidity }", "not_a_number"],
    [
      "of fields that are not there does nothing",
      { x: null },
      "fields: { x: humidity, y: battery }",
      "no_values",
    ],
  ])("%s", (_, data, mapping, expected) => {
    expect(mapped(data, mapping)).toEqual(expected);
  });

  it("says what is wrong with it", () => {
    const parse = (text: string) => () => parseCodecMapping(text, "adapters/x.mapping.yaml");
    expect(parse("fields: { a: temprature }")).toThrow(
      /adapters\/x\.mapping\.yaml: fields\.a: .*did you mean 'temperature'/,
    );
    expect(parse("other: 1")).toThrow(/other/);
    expect(parse("fields: { a: humidity, b: humidity }")).toThrow(/'a' and 'b' are the same metric/);
  });

  it("never makes anything but finite values, or a rejection, of any data", () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom("temperature", "humidity", "temperature_1", "value", "soil", "x", "__proto__", "0"),
          fc.jsonValue({ maxDepth: 4 }),
        ),
        (data) => {
          const outcome = decoding(
            data as JsonObject,
            "fields: { x: { metric: distance, scale: 1e300 }, soil: null }",
          ).decode(tts({ frm_payload: "AQI=" }));
          if (!outcome.ok) expect(outcome.code).not.toBe("adapter_failed");
          else
            for (const { values } of outcome.readings)
              expect(Object.values(values).every(Number.isFinite)).toBe(true);
        },
      ),
    );
  });
});
