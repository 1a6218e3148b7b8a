import { ADAPTERS, defineAdapter, refuse } from "@kota/adapters";
import { CitySettings, type Device, type Message, REJECTION_CODES } from "@kota/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNormalizer } from "./normalize-message.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const TOPIC = "kota/v1/air-1";

const city = {
  settings: CitySettings.parse({ name: "Test", timeZone: "Asia/Jakarta", devices: { adopt: ["tele/#"] } }),
  devices: [
    {
      id: "air-1",
      name: "Air 1",
      kind: "air",
      adapter: "kota-json",
      nativeId: null,
      area: null,
      lat: null,
      lon: null,
      origin: "live" as const,
      attribution: null,
    },
  ],
};

function message(payload: string | Uint8Array, topic = TOPIC, over: Partial<Message> = {}): Message {
  return {
    topic,
    payload: typeof payload === "string" ? Buffer.from(payload) : payload,
    receivedAt: NOW,
    source: "mqtt",
    ...over,
  };
}

const normalize = createNormalizer(city, ADAPTERS);

describe("a message", () => {
  it("becomes readings under the registry's id, with adapter and receive time", () => {
    expect(normalize(message('{"time":"2026-11-24T11:59:58Z","values":{"pm2_5":7,"pm10":9.5}}'))).toEqual({
      readings: [
        {
          device: "air-1",
          time: NOW - 2000,
          values: { pm2_5: 7, pm10: 9.5 },
          adapter: "kota-json@1",
          receivedAt: NOW,
        },
      ],
      rejection: null,
      adapter: "kota-json@1",
    });
  });

  it("says where a device is only when the registry lets it move, and it has found itself", () => {
    const tracker = (moves: boolean) => {
      const [air] = city.devices;
      if (!air) throw new Error("a device");
      const id = "bus-7";
      return createNormalizer(
        { ...city, devices: [{ ...air, id, adapter: "the-things-stack", moves }] },
        ADAPTERS,
      );
    };
    const uplink = (latitude: number, longitude: number) =>
      message(
        JSON.stringify({
          end_device_ids: { device_id: "bus-7" },
          uplink_message: {
            decoded_payload: { pm2_5: 7 },
            locations: { "frm-payload": { latitude, longitude } },
          },
        }),
        "v3/app/devices/bus-7/up",
      );
    const moving = tracker(true)(uplink(-6.2, 106.8));
    expect(moving).toMatchObject({
      readings: [{ device: "bus-7", values: { pm2_5: 7 } }],
      positions: [{ device: "bus-7", lat: -6.2, lon: 106.8, time: NOW }],
    });
    expect(moving.readings?.[0]).not.toHaveProperty("position");
    for (const still of [
      tracker(false)(uplink(-6.2, 106.8)),
      tracker(true)(uplink(0, 0)),
      tracker(true)(uplink(91, 5)),
    ]) {
      expect(still.readings).toHaveLength(1);
      expect(still).not.toHaveProperty("positions");
    }
  });

  it("without a time has that of its receipt", () => {
    expect(normalize(message('{"values":{"pm2_5":7}}')).readings?.[0]?.time).toBe(NOW);
  });

  it("of an unknown device is adopted where the city says so, in the city's time zone", () => {
    const payload = '{"Time":"2026-11-24T19:00:00","ENERGY":{"Total":1.5}}';
    expect(normalize(message(payload, "tele/plug-9/SENSOR")).readings).toEqual([
      { device: "plug-9", time: NOW, values: { energy_total: 1.5 }, adapter: "tasmota@2", receivedAt: NOW },
    ]);
  });

  it("gives the same when it is read again, later", () => {
    const again = createNormalizer(city, ADAPTERS);
    for (const payload of ['{"values":{"pm2_5":7}}', '{"values":{"pm2_5":-7}}', "{"]) {
      expect(again(message(payload))).toEqual(normalize(message(payload)));
    }
  });

  it("of an import may be as old as it is, and no newer than any other", () => {
    const at = (time: string) =>
      normalize(message(`{"time":"${time}","values":{"pm2_5":7}}`, TOPIC, { source: "import" }));
    expect(at("1995-06-01T00:00:00Z").readings).toHaveLength(1);
    expect(at("2099-01-01T00:00:00Z").rejection?.code).toBe("time_in_future");
  });

  it("with one bad reading of several gives no reading at all", () => {
    const { readings, rejection } = normalize(
      message(
        '[{"device":"air-1","values":{"pm2_5":7}},{"device":"air-1","values":{"pm2_5":-7}}]',
        "kota/v1",
      ),
    );
    expect(readings).toBeNull();
    expect(rejection?.code).toBe("value_out_of_range");
  });
});

const deep = `${'{"values":'.repeat(10_000)}1${"}".repeat(10_000)}`;

describe("a bad message", () => {
  it.each<[string, string, string | Uint8Array, string?]>([
    ["not JSON", "not_json", "hello"],
    ["cut short", "not_json", '{"values":{"pm2_5"'],
    ["NaN", "not_json", '{"values":{"pm2_5":NaN}}'],
    ["a text", "schema_mismatch", '"hello"'],
    ["a number", "schema_mismatch", "7"],
    ["null", "schema_mismatch", "null"],
    ["a wrong type", "schema_mismatch", '{"values":[7]}'],
    ["a number as a text", "not_a_number", '{"values":{"pm2_5":"7"}}'],
    ["null for a number", "not_a_number", '{"values":{"pm2_5":null}}'],
    ["a list for a number", "not_a_number", '{"values":{"pm2_5":[7]}}'],
    ["a number too large to hold", "not_a_number", '{"values":{"pm2_5":1e999}}'],
    ["above the range", "value_out_of_range", '{"values":{"humidity":100.5}}'],
    ["below the range", "value_out_of_range", '{"values":{"temperature":-127}}'],
    ["an unknown metric", "unknown_metric", '{"values":{"pm3":7}}'],
    ["a name out to pollute", "unknown_metric", '{"values":{"__proto__":{"pm2_5":7}}}'],
    ["no values", "no_values", '{"values":{}}'],
    ["1970", "time_too_old", '{"time":"1970-01-01T00:00:11Z","values":{"pm2_5":7}}'],
    ["2099", "time_in_future", '{"time":"2099-01-01T00:00:00Z","values":{"pm2_5":7}}'],
    ["Unix seconds", "time_invalid", '{"time":1795521600,"values":{"pm2_5":7}}'],
    ["no time at all", "time_invalid", '{"time":"yesterday","values":{"pm2_5":7}}'],
    ["an unknown device", "unknown_device", '{"values":{"pm2_5":7}}', "kota/v1/air-2"],
    ["an unknown topic", "no_adapter", '{"values":{"pm2_5":7}}', "somewhere/else"],
    [
      "another adapter's device",
      "unknown_device",
      '{"Time":"2026-11-24T19:00:00","ENERGY":{"Total":1}}',
      "tele/air-1/SENSOR",
    ],
    ["not UTF-8", "not_utf8", Uint8Array.of(0x7b, 0xff, 0x7d)],
    ["empty", "empty_payload", ""],
    ["nested 10,000 deep", "unknown_metric", deep],
    ["nested 10,000 deep on a topic of nobody", "no_adapter", deep, "somewhere/else"],
  ])("%s is rejected as %s, whole and with a reason", (_, code, payload, topic = TOPIC) => {
    const bad = message(payload, topic);
    const { readings, rejection } = normalize(bad);
    expect(readings).toBeNull();
    expect(rejection).toMatchObject({
      code,
      stage: "normalize",
      time: NOW,
      topic,
      source: "mqtt",
      size: bad.payload.length,
      payload: Buffer.from(bad.payload).toString("base64"),
    });
    expect(rejection?.reason.length).toBeGreaterThan(15);
    expect(rejection?.id).toMatch(/^[0-9a-f]{32}$/);
  });

  it("names adapter, device, metric, value and range", () => {
    expect(normalize(message('{"values":{"humidity":100.5}}')).rejection).toMatchObject({
      adapter: "kota-json@1",
      device: "air-1",
      reason: "humidity is 100.5 %; possible are 0 to 100 %.",
    });
  });

  it("keeps the headers it came with", () => {
    const attributes = { "x-sensor": "esp8266-1" };
    expect(normalize(message("{", TOPIC, { attributes, source: "http" })).rejection).toMatchObject({
      attributes,
      source: "http",
    });
  });

  it("has an id of its topic, receive time, payload and code", () => {
    const idOf = (bad: Message) => normalize(bad).rejection?.id;
    const id = idOf(message("{"));
    expect(idOf(message("{", TOPIC, { redelivered: true }))).toBe(id);
    const others = [
      message("["),
      message("{", "kota/v1/x"),
      message("{", TOPIC, { receivedAt: NOW + 1 }),
    ].map(idOf);
    expect(new Set([id, ...others]).size).toBe(4);
  });

  it("has the same bytes when they are a part of a larger buffer", () => {
    const bytes = Buffer.from("xx{yy").subarray(2, 3);
    expect(normalize(message(bytes)).rejection).toEqual(normalize(message("{")).rejection);
  });

  it("that brings out a defect of an adapter is rejected, too", () => {
    const broken = defineAdapter<unknown>({
      ...(ADAPTERS[0] as (typeof ADAPTERS)[number]),
      decode: () => {
        throw new RangeError("out of luck");
      },
    });
    expect(createNormalizer(city, [broken])(message('{"values":{"pm2_5":7}}')).rejection).toMatchObject({
      code: "adapter_failed",
      adapter: "kota-json@1",
    });
  });
});

describe("whatever comes", () => {
  const topic = fc.constantFrom(TOPIC, "kota/v1", "tele/plug-1/SENSOR", "v3/a/devices/d/up", "nowhere");
  const values = fc.dictionary(
    fc.constantFrom("pm2_5", "humidity", "__proto__", "x"),
    fc.oneof(fc.double(), fc.string()),
  );
  const kota = fc.record(
    { device: fc.string(), time: fc.oneof(fc.string(), fc.double()), values },
    { requiredKeys: [] },
  );

  it("ends as readings in range or as one rejection", () => {
    fc.assert(
      fc.property(
        topic,
        fc.oneof(
          fc.json(),
          kota.map((body) => JSON.stringify(body)),
          fc.string(),
        ),
        (on, payload) => {
          const { readings, rejection } = normalize(message(payload, on));
          if (readings === null) {
            expect(Object.keys(REJECTION_CODES)).toContain(rejection.code);
            expect(rejection.code).not.toBe("adapter_failed");
            return;
          }
          expect(readings.length).toBeGreaterThan(0);
          for (const reading of readings) {
            expect(Number.isFinite(reading.time)).toBe(true);
            expect(Object.values(reading.values).every(Number.isFinite)).toBe(true);
            expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("a device with a codec", () => {
  const node = { ...city.devices[0], id: "node", adapter: "the-things-stack", codec: "probe" } as Device;
  const uplink: Message = {
    topic: "v3/app@ttn/devices/node/up",
    payload: Buffer.from('{"uplink_message":{"f_port":1,"frm_payload":"FQ=="}}'),
    receivedAt: NOW,
    source: "mqtt",
  };
  const normalizeWith = (devices: readonly Device[]) =>
    createNormalizer({ settings: city.settings, devices }, ADAPTERS, {
      codec: (name) => ({
        name,
        label: `${name}.1234`,
        mapping: null,
        decode: ({ bytes }) =>
          bytes[0] === 0 ? refuse("codec_failed", "Nothing.", "node") : { temperature: bytes[0] },
      }),
    });

  it("has readings that name the adapter and the codec", () => {
    const { readings, adapter } = normalizeWith([node])(uplink);
    expect(readings).toEqual([
      {
        device: "node",
        time: NOW,
        values: { temperature: 21 },
        adapter: `${adapter}+probe.1234`,
        receivedAt: NOW,
      },
    ]);
    expect(adapter).toMatch(/^the-things-stack@\d+$/);
  });

  it("has rejections that name both, too", () => {
    const cut = Buffer.from('{"uplink_message":{"f_port":1,"frm_payload":"AA=="}}');
    const { rejection } = normalizeWith([node])({ ...uplink, payload: cut });
    expect(rejection).toMatchObject({
      code: "codec_failed",
      device: "node",
      adapter: expect.stringContaining("+probe.1234"),
    });
  });

  it("needs to be registered with it", () => {
    expect(normalizeWith([{ ...node, codec: null }])(uplink).rejection?.code).toBe("no_codec");
    const { rejection } = normalizeWith([])(uplink);
    expect(rejection).toMatchObject({ code: "unknown_device", device: "node" });
    expect(rejection?.reason).toContain("register it with a codec");
  });
});
