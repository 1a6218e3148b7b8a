import { ADAPTERS, createAnnouncements, createDecoder, forkAnnouncements } from "@kota/adapters";
import { MESSAGES } from "@kota/event-log";
import { afterAll, beforeAll, onTestFinished as cleanup, describe, expect, it } from "vitest";
import { NORMALIZING, NOW, startTestApi, type TestApi } from "../test-setup.ts";

const undo: (() => unknown)[] = [];
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi((step) => undo.unshift(step));
});
afterAll(async () => {
  for (const step of undo) await step();
});

/** Without a token: trying something out changes nothing. */
const post = (path: string, body: unknown) => api.send("POST", path, body, null);

describe("POST /v1/adapters/try", () => {
  it("shows the readings, and what every adapter says", async () => {
    const { status, body } = await post("/v1/adapters/try", { topic: "kota/v1/bin-1", payload: "42" });
    expect(status).toBe(200);
    // The rules of this test know a plain number; the adapters of kota do not.
    expect(body.readings).toEqual([
      {
        device: "bin-1",
        time: new Date(NOW).toISOString(),
        values: [{ metric: "fill_level", value: 42, unit: "%" }],
      },
    ]);
    expect(body).toMatchObject({ payload: "json", size: 2, rejection: null, decoded: null });
    expect(body.adapters[0]).toMatchObject({ id: "kota-json", topic: "kota/v1/#", says: "declines" });
    expect(body.adapters.length).toBeGreaterThan(10);
  });

  it("shows why a message would be rejected, and what the adapter made of it", async () => {
    const { body } = await post("/v1/adapters/try", {
      topic: "kota/v1/x",
      payload: JSON.stringify({ values: { pm2_5: 4 } }),
      receivedAt: "2026-11-20T00:00:00Z",
    });
    expect(body.rejection).toMatchObject({ code: "not_a_number" });
    expect(body.decoded).toEqual({
      adapter: "kota-json@1",
      readings: [
        {
          device: "x",
          channel: null,
          time: null,
          values: [{ metric: "pm2_5", value: 4, unit: "ug/m3" }],
        },
      ],
    });
  });

  it("knows what devices announced to the running kota, and announces nothing to it", async () => {
    const announcements = createAnnouncements();
    const own = await startTestApi(cleanup, {
      normalizing: { ...NORMALIZING, announced: async () => forkAnnouncements(announcements) },
    });
    const ask = async (topic: string, payload: unknown) =>
      (await own.send("POST", "/v1/adapters/try", { topic, payload: JSON.stringify(payload) }, null)).body;
    const birth = {
      topic: "homeassistant/sensor/x/config",
      payload: {
        state_topic: "x/state",
        unique_id: "x1",
        device_class: "temperature",
        unit_of_measurement: "°C",
      },
    };
    await ask(birth.topic, birth.payload);
    expect((await ask("x/state", 19.5)).decoded).toBeNull();
    const decoder = createDecoder(ADAPTERS, { timeZone: "UTC", announcements });
    decoder.decode({
      ...birth,
      payload: Buffer.from(JSON.stringify(birth.payload)),
      receivedAt: NOW,
      source: "mqtt",
    });
    const known = await ask("x/state", 19.5);
    expect(known.decoded.readings).toMatchObject([
      { values: [{ metric: "temperature", value: 19.5, unit: "Cel" }] },
    ]);
    expect(known.adapters[0]).toMatchObject({ id: "home-assistant", says: "decodes" });
  });

  it("takes bytes in hexadecimal and base64, with blanks between them", async () => {
    for (const [encoding, payload] of [
      ["hex", "ff FE\n41"],
      ["base64", "//5B\n"],
    ]) {
      const { body } = await post("/v1/adapters/try", { topic: "a", payload, encoding });
      expect(body).toMatchObject({ size: 3, payload: "bytes" });
    }
  });

  it("refuses what is no hexadecimal, too long, or of another shape", async () => {
    const refused = [
      { topic: "a", payload: "fff", encoding: "hex" },
      { topic: "a", payload: "no", encoding: "latin1" },
      { topic: "a", payload: "x".repeat(65_537) },
      { topic: "", payload: "" },
      { topic: "a", payload: "1", adapter: "x" },
    ];
    for (const body of refused) expect((await post("/v1/adapters/try", body)).status).toBe(400);
    expect((await post("/v1/adapters/try", { topic: "a", payload: "x".repeat(300_000) })).status).toBe(413);
  });

  it("leaves nothing behind", async () => {
    await post("/v1/adapters/try", { topic: "kota/v1/bin-1", payload: "42" });
    const [lag] = await api.log.lag(MESSAGES, "nobody");
    expect(lag?.end).toBe(0);
    expect(await api.store.countReadings()).toBe(0);
  });
});

const ADD = `function decodeUplink(input) { console.log("got", input.bytes); return { data: { sum: input.bytes[0] + input.bytes[1] } }; }`;

describe("POST /v1/codecs/run", () => {
  it("gives results, what was printed, steps, and whether examples are met", async () => {
    const { body } = await post("/v1/codecs/run", {
      source: ADD,
      uplinks: [
        { fPort: 1, bytes: "0102" },
        { description: "right", fPort: 1, bytes: "0203", data: { sum: 5 } },
        { description: "wrong", fPort: 1, bytes: "0203", data: { sum: 6 } },
      ],
    });
    expect(body.problem).toBeNull();
    expect(body.results).toMatchObject([
      { data: { sum: 3 }, met: null, printed: ["got [1,2]"], code: null },
      { description: "right", met: true },
      { description: "wrong", met: false },
    ]);
    expect(body.results[0].steps).toBeGreaterThan(0);
  });

  it("says which fields become values, and that a codec whose data means nothing gives none", async () => {
    const source = `function decodeUplink({ bytes }) {
      return bytes[0] === 1
        ? { data: { temperature: bytes[1], gain: 3 } }
        : { data: bytes[0] === 2 ? { temperature: 3276.7, humidity: 40 } : { gain: 3, mode: "on" } };
    }`;
    const uplinks = ["0115", "02", "03"].map((bytes) => ({ fPort: 1, bytes }));
    const { body } = await post("/v1/codecs/run", { source, uplinks });
    expect(body.results).toMatchObject([
      {
        ...{ values: 1, refusal: null },
        fields: [
          {
            field: "temperature",
            metric: "temperature",
            value: 21,
            unit: "Cel",
            isPossible: true,
            why: null,
          },
          { field: "gain", metric: null, value: null, why: "unknown_name" },
        ],
      },
      { values: 0, refusal: expect.stringMatching(/^temperature: .*possible are/) },
      { values: 0, refusal: null, fields: [{ why: "unknown_name" }, { why: "unknown_name" }] },
    ]);
  });

  it("says at which line a codec cannot be loaded or throws", async () => {
    const { body: broken } = await post("/v1/codecs/run", {
      source: "\nlet x = ;",
      uplinks: [{ fPort: 1, bytes: "" }],
    });
    expect(broken).toMatchObject({ problem: expect.stringMatching(/SyntaxError.*line 2/), results: [] });
    const { body: thrown } = await post("/v1/codecs/run", {
      source: "function decodeUplink() {\n  null.x;\n}",
      uplinks: [{ fPort: 1, bytes: "" }],
    });
    expect(thrown.results[0]).toMatchObject({ code: "threw", errors: [expect.stringContaining("line 2")] });
  });

  it("ends a codec that does not come to an end, when it is loaded and when it runs", async () => {
    const { body: loading } = await post("/v1/codecs/run", {
      source: "for (;;);",
      uplinks: [{ fPort: 1, bytes: "" }],
    });
    expect(loading.problem).toMatch(/does not come to an end/);
    const { body: running } = await post("/v1/codecs/run", {
      source: "function decodeUplink() { for (;;); }",
      uplinks: Array.from({ length: 50 }, () => ({ fPort: 1, bytes: "" })),
    });
    expect(running.results.every(({ code }: { code: string }) => code === "steps_exceeded")).toBe(true);
  });

  it("refuses uplinks that are none, and too many", async () => {
    const uplink = { fPort: 1, bytes: "" };
    for (const uplinks of [[], [{ fPort: 1, bytes: "xyz" }], Array.from({ length: 51 }, () => uplink)]) {
      expect((await post("/v1/codecs/run", { source: ADD, uplinks })).status).toBe(400);
    }
  });

  it("meets every example of the codecs that come with kota", async () => {
    const { body: samples } = await api.get("/v1/codecs/samples");
    expect(samples.map(({ name }: { name: string }) => name)).toContain("bin-level");
    for (const { source, examples } of samples) {
      const { body } = await post("/v1/codecs/run", { source, uplinks: examples });
      expect(body.results.every(({ met }: { met: boolean }) => met)).toBe(true);
    }
  });
});

describe("GET /v1/messages/next", () => {
  it("gives one message of each topic, as it came", async () => {
    const asked = api.get("/v1/messages/next?limit=2");
    let answered = false;
    void asked.then(() => {
      answered = true;
    });
    for (let n = 0; !answered && n < 500; n++) {
      const payload = Buffer.from([0xff, 0]);
      await api.log.append(
        MESSAGES,
        ["a", "a", "b"].map((topic) => ({ topic, payload, receivedAt: NOW, source: "mqtt" })),
      );
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    // Topics are of several partitions, and any of them may be the first to be read.
    const { messages } = (await asked).body as { messages: { topic: string }[] };
    expect(messages.sort((one, other) => one.topic.localeCompare(other.topic))).toEqual(
      ["a", "b"].map((topic) => ({
        topic,
        receivedAt: new Date(NOW).toISOString(),
        source: "mqtt",
        size: 2,
        attributes: null,
        payloadBase64: "/wA=",
      })),
    );
  });

  it("gives the next message of one device, decoded or refused, and none that only names it", async () => {
    const asked = api.get("/v1/messages/next?device=bin-1");
    let answered = false;
    void asked.then(() => {
      answered = true;
    });
    for (let n = 0; !answered && n < 500; n++) {
      await api.log.append(
        MESSAGES,
        [
          { topic: "about/bin-1/elsewhere", text: "7" },
          { topic: "c/bin-2", text: "8" },
          { topic: "d/bin-1", text: "9" },
        ].map(({ topic, text }) => ({
          topic,
          payload: Buffer.from(text),
          receivedAt: NOW,
          source: "mqtt",
        })),
      );
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect((await asked).body.messages).toMatchObject([{ topic: "d/bin-1", payloadBase64: "OQ==" }]);
  });
});
