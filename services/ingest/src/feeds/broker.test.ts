import { once } from "node:events";
import { connect as connectSocket, createServer } from "node:net";
import { type EventLog, MESSAGES, REJECTIONS } from "@kota/event-log";
import { KotaError } from "@kota/model";
import { createLogger, createMetrics, pause, systemClock } from "@kota/runtime";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { generate } from "mqtt-packet";
import { afterEach, describe, expect, it } from "vitest";
import { createIntake } from "../accept.ts";
import { createDoor, everything, ingestOn, openTestLog, until, withAppend } from "../test-setup.ts";
import { createBrokerFeed } from "./broker.ts";

const undo: (() => unknown)[] = [];
const cleanup = (step: () => unknown) => void undo.push(step);

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function brokerOn(log: EventLog, settings: Record<string, unknown> = {}) {
  const running = ingestOn(log, cleanup, { settings });
  await running.ingest.start();
  const address = running.ingest.address;
  if (!address) throw new Error("the broker says no address");
  const device = async (options: IClientOptions = {}): Promise<MqttClient> => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${address.port}`, {
      reconnectPeriod: 50,
      ...options,
    });
    cleanup(() => client.end(true));
    return client;
  };
  return { ...running, address, device };
}

/** A connection without a client library, for what a library would not do. */
async function rawConnection(port: number, clientId: string) {
  const socket = connectSocket(port, "127.0.0.1");
  socket.on("error", () => {});
  cleanup(() => socket.destroy());
  socket.write(
    generate({ cmd: "connect", protocolId: "MQTT", protocolVersion: 4, clean: true, clientId, keepalive: 0 }),
  );
  await once(socket, "data");
  return socket;
}

describe("the embedded broker", () => {
  it("knows a message that a device sends again because it was not acknowledged, and stores it once", async () => {
    const log = await openTestLog(cleanup);
    const door = createDoor();
    const { address, metrics } = await brokerOn(withAppend(log, door.pass));
    const publish = (messageId: number, payload: string, dup: boolean) =>
      generate({ cmd: "publish", topic: "tele/a/SENSOR", payload, qos: 1, messageId, dup, retain: false });
    const received = async () => (await metrics.messagesReceived.get()).values[0]?.value ?? 0;
    door.close();
    const first = await rawConnection(address.port, "sensor");
    first.write(publish(7, "21.5", false));
    first.write(publish(8, "22.5", false));
    await until(async () => (await received()) === 2);
    first.destroy();
    const second = await rawConnection(address.port, "sensor");
    const answers: Buffer[] = [];
    second.on("data", (data) => answers.push(data));
    second.write(publish(7, "21.5", true));
    second.write(publish(8, "23.5", true));
    await until(async () => (await received()) === 3);
    door.open();
    await until(() => Buffer.concat(answers).length >= 8);
    const messages = await everything(log, MESSAGES);
    expect(messages.map(({ payload }) => Buffer.from(payload).toString())).toEqual(["21.5", "22.5", "23.5"]);
    expect([...Buffer.concat(answers)]).toEqual([0x40, 2, 0, 7, 0x40, 2, 0, 8]);
    second.write(publish(7, "21.5", true));
    await until(async () => (await everything(log, MESSAGES)).length === 4);
  });

  it("acknowledges a message only when the log has it", async () => {
    const log = await openTestLog(cleanup);
    const door = createDoor();
    const { device, metrics } = await brokerOn(withAppend(log, door.pass));
    const sensor = await device();
    door.close();
    let acknowledged = false;
    const published = sensor.publishAsync("tele/pow1/SENSOR", "{}", { qos: 1 }).then(() => {
      acknowledged = true;
    });
    await pause(150);
    expect(acknowledged).toBe(false);
    expect(await everything(log, MESSAGES)).toEqual([]);
    expect((await metrics.messagesInFlight.get()).values[0]?.value).toBe(1);
    door.open();
    await published;
    expect(await everything(log, MESSAGES)).toMatchObject([{ topic: "tele/pow1/SENSOR", source: "mqtt" }]);
    expect((await metrics.messagesInFlight.get()).values[0]?.value).toBe(0);
    expect((await metrics.messagesReceived.get()).values[0]).toMatchObject({
      value: 1,
      labels: { source: "mqtt" },
    });
    expect((await metrics.messagesAcknowledged.get()).values[0]?.value).toBe(1);
  });

  it("has many messages under way at once, puts them into the log together, and loses and doubles none", async () => {
    const log = await openTestLog(cleanup);
    let appends = 0;
    const slow = withAppend(log, () => {
      appends++;
      return pause(20);
    });
    const { device } = await brokerOn(slow);
    const sensors = await Promise.all([device(), device(), device()]);
    const sent: string[] = [];
    await Promise.all(
      sensors.flatMap((sensor, s) =>
        Array.from({ length: 500 }, (_, n) => {
          sent.push(`${s}/${n}`);
          return sensor.publishAsync(`city/${s}`, `${s}/${n}`, { qos: 1 });
        }),
      ),
    );
    const messages = await everything(log, MESSAGES);
    const stored = messages.map(({ payload }) => Buffer.from(payload).toString());
    expect(stored.toSorted()).toEqual(sent.toSorted());
    expect(appends).toBeLessThan(150);
    // Order is kept for each device.
    const ofFirst = stored.filter((text) => text.startsWith("0/"));
    expect(ofFirst).toEqual(sent.filter((text) => text.startsWith("0/")));
  });

  it("keeps payloads byte for byte: empty, not UTF-8, with NUL and line ends, 200 kB", async () => {
    const log = await openTestLog(cleanup);
    const { device } = await brokerOn(log);
    const sensor = await device();
    const payloads = [
      Buffer.alloc(0),
      Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28, 0x80]),
      Buffer.from('\n\n{"a":1}\r\n\0'),
      Buffer.alloc(200_000, 0xa5),
    ];
    for (const payload of payloads) await sensor.publishAsync("raw/ü/日本", payload, { qos: 1 });
    const messages = await everything(log, MESSAGES);
    expect(messages.map(({ payload }) => Buffer.from(payload).equals(payloads.shift() as Buffer))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(messages.every(({ topic }) => topic === "raw/ü/日本")).toBe(true);
  });

  it("takes QoS 0 and QoS 2 too, each message once", async () => {
    const log = await openTestLog(cleanup);
    const { device } = await brokerOn(log);
    const sensor = await device();
    await sensor.publishAsync("a", "zero", { qos: 0 });
    await sensor.publishAsync("a", "two", { qos: 2 });
    await until(async () => (await everything(log, MESSAGES)).length === 2);
    expect((await everything(log, MESSAGES)).map(({ payload }) => Buffer.from(payload).toString())).toEqual([
      "zero",
      "two",
    ]);
  });

  it("marks what a device says it sends again", async () => {
    const log = await openTestLog(cleanup);
    const { address } = await brokerOn(log);
    const sensor = await rawConnection(address.port, "again");
    const publish = { cmd: "publish", topic: "a", payload: "b", qos: 1, retain: false } as const;
    sensor.write(generate({ ...publish, messageId: 1, dup: true }));
    sensor.write(generate({ ...publish, messageId: 2, dup: false }));
    await until(async () => (await everything(log, MESSAGES)).length === 2);
    expect((await everything(log, MESSAGES)).map(({ redelivered }) => redelivered)).toEqual([
      true,
      undefined,
    ]);
  });

  it("rejects a payload of 10 MB with a reason, keeps its beginning, and acknowledges it", async () => {
    const log = await openTestLog(cleanup);
    const { device, metrics } = await brokerOn(log);
    const sensor = await device();
    await sensor.publishAsync("camera/1", Buffer.alloc(10_000_000, 7), { qos: 1, retain: true });
    await sensor.publishAsync("camera/1", "small", { qos: 1 });
    const [rejection, ...others] = await everything(log, REJECTIONS);
    expect(others).toEqual([]);
    expect(rejection).toMatchObject({
      stage: "ingest",
      code: "payload_too_large",
      topic: "camera/1",
      source: "mqtt",
      size: 10_000_000,
      adapter: null,
      device: null,
    });
    expect(rejection?.reason).toMatch(/10000000 bytes.*262144.*limits\.maxPayloadBytes/);
    expect(Buffer.from(rejection?.payload ?? "", "base64").equals(Buffer.alloc(65_536, 7))).toBe(true);
    expect(await everything(log, MESSAGES)).toHaveLength(1);
    expect((await metrics.rejections.get()).values[0]).toMatchObject({
      value: 1,
      labels: { stage: "ingest", code: "payload_too_large" },
    });
  });

  it("closes a connection that announces a packet of 100 MB, before it has sent it, and says so", async () => {
    const log = await openTestLog(cleanup);
    const { address, device, lines } = await brokerOn(log);
    const attacker = await rawConnection(address.port, "big");
    attacker.write(Buffer.from([0x30, 0x80, 0xc2, 0xd7, 0x2f, 0x00, 0x01, 0x61]));
    await once(attacker, "close");
    expect(lines.some(({ msg, level }) => level === 40 && msg.includes("packet larger"))).toBe(true);
    await (await device()).publishAsync("a", "b", { qos: 1 });
    expect(await everything(log, MESSAGES)).toHaveLength(1);
  });

  it("waits out a log that is not available, without an acknowledgement, and says so meanwhile", async () => {
    const log = await openTestLog(cleanup);
    let failures = 3;
    const { device, ingest, metrics } = await brokerOn(
      withAppend(log, () => {
        if (failures-- > 0) throw new KotaError("log_unavailable", "The log is away.");
      }),
    );
    const sensor = await device();
    const published = sensor.publishAsync("a", "b", { qos: 1 });
    await until(() => ingest.notReady().toString().includes("The log is away."));
    await published;
    expect(ingest.notReady()).toEqual([]);
    expect(await everything(log, MESSAGES)).toHaveLength(1);
    expect((await metrics.retries.get()).values[0]).toMatchObject({
      value: 3,
      labels: { service: "ingest" },
    });
  });

  it("closes the connection without an acknowledgement when the log refuses, so that the device sends again", async () => {
    const log = await openTestLog(cleanup);
    let refusing = true;
    const { device, ingest } = await brokerOn(
      withAppend(log, () => {
        if (refusing) throw new KotaError("log_refused", "The topic is gone.");
      }),
    );
    const sensor = await device({ clientId: "sensor", clean: false });
    let closes = 0;
    sensor.on("close", () => closes++);
    let acknowledged = false;
    const published = sensor.publishAsync("a", "b", { qos: 1 }).then(() => {
      acknowledged = true;
    });
    await until(() => closes > 0);
    expect(acknowledged).toBe(false);
    expect(ingest.notReady().toString()).toContain("The topic is gone.");
    refusing = false;
    await published;
    expect(await everything(log, MESSAGES)).toMatchObject([{ topic: "a" }]);
    await until(() => ingest.notReady().length === 0);
  });

  it("reads no further while too much waits for the log, also for QoS 0, and takes the rest after", async () => {
    const log = await openTestLog(cleanup);
    const door = createDoor();
    const shared = {
      logger: createLogger({ level: "silent", format: "json" }),
      metrics: createMetrics(),
      maxPayloadBytes: 262_144,
    };
    const intake = createIntake({
      log: withAppend(log, door.pass),
      maxWaiting: 100,
      source: "mqtt",
      clock: systemClock,
      ...shared,
    });
    const feed = createBrokerFeed({
      config: { mqttHost: "127.0.0.1", mqttPort: 0 },
      filters: ["#"],
      intake,
      ...shared,
    });
    await feed.start();
    cleanup(() => feed.stop());
    door.close();
    const sensors = await Promise.all(
      ["a", "b", "c"].map((clientId) => rawConnection(feed.address?.port ?? 0, clientId)),
    );
    // One by one: what one piece from the network holds is taken whole. On a busy machine a few come in one piece.
    for (let n = 0; n < 300; n++) {
      const publish = generate({
        cmd: "publish",
        topic: "a",
        payload: `${n}`,
        qos: 0,
        dup: false,
        retain: false,
      });
      await Promise.all(sensors.map((sensor) => new Promise((written) => sensor.write(publish, written))));
      await pause(1);
    }
    await pause(100);
    const { metrics } = shared;
    expect((await metrics.messagesInFlight.get()).values[0]?.value).toBeLessThan(500);
    door.open();
    await until(async () => (await metrics.messagesReceived.get()).values[0]?.value === 900);
    await intake.drained(5000);
    expect(await everything(log, MESSAGES)).toHaveLength(900);
  });

  it("is not ready when the oldest message has waited for more than 10 s", async () => {
    const log = await openTestLog(cleanup);
    const door = createDoor();
    let now = 1_000_000;
    const { ingest } = ingestOn(withAppend(log, door.pass), cleanup, { clock: () => now });
    await ingest.start();
    const sensor = await mqtt.connectAsync(`mqtt://127.0.0.1:${ingest.address?.port}`);
    cleanup(() => sensor.end(true));
    door.close();
    const published = sensor.publishAsync("a", "b", { qos: 1 });
    await pause(50);
    now += 10_000;
    expect(ingest.notReady()).toEqual([]);
    now += 1_000;
    expect(ingest.notReady()).toEqual([expect.stringContaining("waited 11 s")]);
    door.open();
    await published;
    expect(ingest.notReady()).toEqual([]);
    expect(await everything(log, MESSAGES)).toMatchObject([{ receivedAt: 1_000_000 }]);
  });

  it("passes messages on to subscribers, retained ones too, and those outside of the filters only there", async () => {
    const log = await openTestLog(cleanup);
    const { device } = await brokerOn(log, { mqtt: { subscribe: ["tele/#"] } });
    const sensor = await device();
    await sensor.publishAsync("tele/x", "kept", { qos: 1, retain: true });
    const dashboard = await device();
    const seen: string[] = [];
    dashboard.on("message", (topic, payload, { retain }) => seen.push(`${topic} ${payload} ${retain}`));
    await dashboard.subscribeAsync("#", { qos: 1 });
    await sensor.publishAsync("cmnd/x", "on", { qos: 1 });
    await sensor.publishAsync("tele/x", "live", { qos: 0 });
    await until(() => seen.length === 3);
    expect(seen).toEqual(["tele/x kept true", "cmnd/x on false", "tele/x live false"]);
    expect((await everything(log, MESSAGES)).map(({ topic }) => topic)).toEqual(["tele/x", "tele/x"]);
  });

  it("refuses publishes to $SYS", async () => {
    const log = await openTestLog(cleanup);
    const { device, lines } = await brokerOn(log);
    const sensor = await device({ reconnectPeriod: 0 });
    const closed = new Promise<void>((resolve) => sensor.once("close", () => resolve()));
    sensor.publish("$SYS/broker/load", "9", { qos: 0 });
    await closed;
    expect(lines.some(({ msg }) => msg.includes("$SYS"))).toBe(true);
    expect(await everything(log, MESSAGES)).toEqual([]);
  });

  it("lets a subscriber that has stopped reading miss messages, instead of keeping them for it, and says so", async () => {
    const log = await openTestLog(cleanup);
    const { address, device, lines } = await brokerOn(log);
    const stuck = await rawConnection(address.port, "stuck");
    stuck.write(generate({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "#", qos: 0 }] }));
    await once(stuck, "data");
    stuck.pause();
    const sensor = await device();
    // More than the kernel's socket buffers take in.
    const payload = Buffer.alloc(100_000);
    await Promise.all(Array.from({ length: 200 }, () => sensor.publishAsync("a", payload, { qos: 1 })));
    expect(lines.some(({ msg }) => msg.includes("reads too slowly"))).toBe(true);
    expect(await everything(log, MESSAGES)).toHaveLength(200);
  });

  it("keeps a device that publishes and never pings, and closes one that does neither", async () => {
    const log = await openTestLog(cleanup);
    const { address } = await brokerOn(log);
    const connected = async (clientId: string) => {
      const socket = connectSocket(address.port, "127.0.0.1");
      cleanup(() => socket.destroy());
      socket.on("error", () => {});
      socket.write(
        generate({
          ...{ cmd: "connect", protocolId: "MQTT", protocolVersion: 4, clean: true, clientId, keepalive: 1 },
        }),
      );
      await once(socket, "data");
      return socket;
    };
    const talking = await connected("talking");
    const silent = await connected("silent");
    let messageId = 0;
    const timer = setInterval(() => {
      talking.write(
        generate({
          ...{ cmd: "publish", topic: "tele/a/SENSOR", payload: "1", qos: 1, dup: false, retain: false },
          messageId: ++messageId,
        }),
      );
    }, 200);
    cleanup(() => clearInterval(timer));
    await once(silent, "close");
    await pause(1500);
    expect(talking.destroyed).toBe(false);
  });

  it("takes what comes right behind a CONNECT, and acknowledges it in order behind the CONNACK, kept or not", async () => {
    const log = await openTestLog(cleanup);
    const { address } = await brokerOn(log);
    const socket = connectSocket(address.port, "127.0.0.1");
    cleanup(() => socket.destroy());
    const packets: Buffer[] = [
      generate({
        ...{
          cmd: "connect",
          protocolId: "MQTT",
          protocolVersion: 4,
          clean: true,
          clientId: "eager",
          keepalive: 0,
        },
      }),
    ];
    for (let messageId = 1; messageId <= 30; messageId++) {
      packets.push(
        generate({
          ...{ cmd: "publish", topic: messageId % 5 === 0 ? "of/nobody" : "tele/a/SENSOR", payload: "1" },
          ...{ qos: 1, dup: false, retain: messageId % 3 === 0, messageId },
        }),
      );
    }
    const received: Buffer[] = [];
    socket.on("data", (data) => received.push(data));
    const bytes = Buffer.concat(packets);
    // Cut where it hurts: in the midst of packets.
    socket.write(bytes.subarray(0, 100));
    await pause(20);
    socket.write(bytes.subarray(100));
    await until(async () => Buffer.concat(received).length >= 4 + 30 * 4);
    const answer = Buffer.concat(received);
    expect([...answer.subarray(0, 4)]).toEqual([0x20, 2, 0, 0]);
    const acknowledged = Array.from({ length: 30 }, (_, n) => answer.readUInt16BE(4 + n * 4 + 2));
    expect(acknowledged).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
  });

  it.each([
    ["publishes before it has connected", "tele/a/SENSOR", false],
    ["publishes to a filter", "tele/#", true],
    ["publishes to more levels than there may be", "a/".repeat(120), true],
  ])("closes a connection that %s, and takes nothing of it", async (_what, topic, connects) => {
    const log = await openTestLog(cleanup);
    const { address, metrics } = await brokerOn(log);
    const socket = connects
      ? await rawConnection(address.port, "odd")
      : connectSocket(address.port, "127.0.0.1");
    cleanup(() => socket.destroy());
    socket.on("error", () => {});
    const topicBytes = Buffer.from(topic);
    const body = Buffer.concat([Buffer.from([0, topicBytes.length]), topicBytes, Buffer.from([0, 1, 0x31])]);
    const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
    socket.write(Buffer.concat([Buffer.from([0x32, ...length]), body]));
    await once(socket, "close");
    expect((await metrics.messagesReceived.get()).values[0]?.value ?? 0).toBe(0);
  });

  it("gives every client a new session, so that no queue grows for one who is away", async () => {
    const log = await openTestLog(cleanup);
    const { device } = await brokerOn(log);
    const options = { clientId: "dashboard", clean: false, reconnectPeriod: 0 };
    const first = await device(options);
    await first.subscribeAsync("#", { qos: 1 });
    await first.endAsync();
    const again = await device(options);
    expect(await again.publishAsync("a", "b", { qos: 1 })).toBeDefined();
    const seen: string[] = [];
    again.on("message", (topic) => seen.push(topic));
    await pause(50);
    expect(seen).toEqual([]);
  });

  it("takes the will of a device that goes without a word, but publishes none at its own stop", async () => {
    const log = await openTestLog(cleanup);
    const { device, ingest } = await brokerOn(log);
    const will = (name: string) => ({
      will: { topic: `tele/${name}/LWT`, payload: Buffer.from("Offline"), qos: 1 as const, retain: false },
    });
    const dying = await device({ ...will("dying"), reconnectPeriod: 0 });
    await device({ ...will("living"), reconnectPeriod: 0 });
    dying.stream.destroy();
    await until(async () => (await everything(log, MESSAGES)).length === 1);
    await ingest.stop();
    await pause(50);
    expect((await everything(log, MESSAGES)).map(({ topic }) => topic)).toEqual(["tele/dying/LWT"]);
  });

  it("acknowledges at the stop what is under way, then closes", async () => {
    const log = await openTestLog(cleanup);
    const door = createDoor();
    const { device, ingest } = await brokerOn(withAppend(log, door.pass));
    const sensor = await device({ reconnectPeriod: 0 });
    door.close();
    const published = sensor.publishAsync("a", "b", { qos: 1 });
    await pause(50);
    const stopped = ingest.stop();
    await pause(50);
    door.open();
    await Promise.all([published, stopped, ingest.stop()]);
    expect(await everything(log, MESSAGES)).toHaveLength(1);
    expect(ingest.notReady()).not.toEqual([]);
  });

  it("tells a client that wants MQTT 5 from one that is broken", async () => {
    const log = await openTestLog(cleanup);
    const { address, lines } = await brokerOn(log);
    const client = mqtt.connect(`mqtt://127.0.0.1:${address.port}`, {
      protocolVersion: 5,
      reconnectPeriod: 0,
    });
    cleanup(() => client.end(true));
    client.on("error", () => {});
    await until(() => lines.some(({ msg }) => msg.includes("KOTA_MQTT_URL")));
  });

  it("names the port and the setting when the port is taken", async () => {
    const log = await openTestLog(cleanup);
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    cleanup(() => other.close());
    const { port } = other.address() as { port: number };
    const { ingest } = ingestOn(log, cleanup, { config: { mqttPort: port } });
    await expect(ingest.start()).rejects.toMatchObject({
      code: "port_in_use",
      message: expect.stringMatching(new RegExp(`Port ${port} .*KOTA_MQTT_PORT`)),
    });
  });
});
