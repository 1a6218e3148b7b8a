import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { pipeline } from "node:stream";
import { KotaError } from "@kota/model";
import { createLogger, createMetrics, pause, systemClock } from "@kota/runtime";
import { generate, type Packet, parser } from "mqtt-packet";
import { afterEach, describe, expect, it } from "vitest";
import type { Intake } from "../accept.ts";
import { until } from "../test-setup.ts";
import { type ClientFeedDependencies, createClientFeed } from "./client.ts";

const V5 = { protocolVersion: 5 };
const cleanups: (() => unknown)[] = [];

let testIsOver = () => {};

afterEach(async () => {
  testIsOver();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** The other end of one connection, played by the test: it says exactly what the test wants a broker to say. */
interface Peer {
  readonly socket: Socket;
  readonly received: Packet[];
  send(...packets: Packet[]): void;
  /** The first packet of a kind, waited for; the packets before it stay. */
  next<C extends Packet["cmd"]>(cmd: C): Promise<Extract<Packet, { cmd: C }>>;
}

interface Broker {
  readonly url: string;
  /** The next connection, CONNECT received and not yet answered. */
  connection(): Promise<Peer>;
}

async function scriptedBroker(): Promise<Broker> {
  const peers: Peer[] = [];
  let arrived = () => {};
  const server: Server = createServer((socket) => {
    const received: Packet[] = [];
    let got = () => {};
    const mqttParser = parser(V5);
    mqttParser.on("packet", (packet: Packet) => {
      received.push(packet);
      if (packet.cmd === "subscribe") {
        const granted = packet.subscriptions.map(({ qos }) => qos);
        socket.write(generate({ cmd: "suback", messageId: packet.messageId ?? 0, granted }, V5));
      }
      if (packet.cmd === "unsubscribe") {
        const granted = packet.unsubscriptions.map(() => 0);
        socket.write(generate({ cmd: "unsuback", messageId: packet.messageId ?? 0, granted }, V5));
      }
      if (packet.cmd === "pingreq") socket.write(generate({ cmd: "pingresp" }, V5));
      got();
    });
    socket.on("data", (data) => mqttParser.parse(data));
    socket.on("error", () => {});
    cleanups.push(() => socket.destroy());
    const peer: Peer = {
      socket,
      received,
      send: (...packets) => socket.write(Buffer.concat(packets.map((packet) => generate(packet, V5)))),
      async next(cmd) {
        for (;;) {
          const found = received.find(
            (packet): packet is Extract<Packet, { cmd: typeof cmd }> => packet.cmd === cmd,
          );
          if (found) {
            received.splice(received.indexOf(found), 1);
            return found;
          }
          await new Promise<void>((resolve) => {
            got = resolve;
          });
        }
      },
    };
    void peer.next("connect").then((connect) => {
      received.unshift(connect);
      peers.push(peer);
      arrived();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async connection() {
      while (peers.length === 0) {
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
      }
      return peers.shift() as Peer;
    },
  };
}

/** An intake whose messages become durable when the test says so. */
function heldIntake() {
  const accepted: {
    topic: string;
    payload: string;
    redelivered: boolean;
    durable: () => void;
    refuse: (error: Error) => void;
  }[] = [];
  const stored: Promise<void>[] = [];
  const over = new Promise<void>((resolve) => {
    testIsOver = resolve;
  });
  let hasRoom = true;
  let makeRoom = () => {};
  const intake: Intake = {
    accept(topic, payload, redelivered) {
      const promise = new Promise<void>((durable, refuse) => {
        accepted.push({ topic, payload: Buffer.from(payload).toString(), redelivered, durable, refuse });
      });
      stored.push(promise);
      return promise;
    },
    get hasRoom() {
      return hasRoom;
    },
    room: () =>
      new Promise((resolve) => {
        makeRoom = () => {
          hasRoom = true;
          resolve();
        };
      }),
    notReady: () => [],
    drained: async (timeoutMs) => {
      await Promise.race([Promise.allSettled(stored), over, pause(timeoutMs)]);
    },
    stop: () => {},
  };
  return {
    intake,
    accepted,
    fill: () => {
      hasRoom = false;
    },
    makeRoom: () => makeRoom(),
  };
}

const publish = (messageId: number, payload = `m${messageId}`, dup = false): Packet => ({
  cmd: "publish",
  topic: "city/x",
  payload: Buffer.from(payload),
  qos: messageId === 0 ? 0 : 1,
  messageId,
  dup,
  retain: false,
});
const connack = (sessionPresent = true, reasonCode = 0): Packet => ({
  cmd: "connack",
  sessionPresent,
  reasonCode,
});
const pubacks = (peer: Peer) =>
  peer.received.flatMap((packet) => (packet.cmd === "puback" ? [packet.messageId] : []));

async function feedOn(url: string, intake: Intake, options: Partial<ClientFeedDependencies> = {}) {
  const lines: { msg: string; level: number }[] = [];
  const feed = createClientFeed({
    url,
    config: {
      mqttUsername: null,
      mqttPassword: null,
      mqttClientId: "kota-test",
      mqttShareGroup: null,
      mqttInFlight: 100,
    },
    filters: ["#"],
    intake,
    clock: systemClock,
    logger: createLogger({
      level: "debug",
      format: "json",
      destination: { write: (line) => lines.push(JSON.parse(line)) },
    }),
    metrics: createMetrics(),
    ...options,
  });
  cleanups.push(() => feed.stop());
  const started = feed.start();
  started.catch(() => {});
  return { feed, started, lines };
}

describe("the subscription to a broker", () => {
  it("connects with a session that lasts, its window and a fixed client id, and subscribes with QoS 1 and without retained messages", async () => {
    const broker = await scriptedBroker();
    const { feed, started } = await feedOn(broker.url, heldIntake().intake);
    const peer = await broker.connection();
    const connect = await peer.next("connect");
    expect(connect).toMatchObject({
      protocolVersion: 5,
      clean: false,
      clientId: "kota-test",
      properties: { sessionExpiryInterval: 604_800, receiveMaximum: 100 },
    });
    // Packets over such a limit would be dropped in silence, and block the session of Mosquitto.
    expect(connect.properties).not.toHaveProperty("maximumPacketSize");
    expect(feed.notReady()).toHaveLength(1);
    peer.send(connack(false));
    expect((await peer.next("subscribe")).subscriptions).toMatchObject([{ topic: "#", qos: 1, rh: 2 }]);
    await started;
    expect(feed.notReady()).toEqual([]);
  });

  it("acknowledges in receive order what became durable in any order", async () => {
    const broker = await scriptedBroker();
    const { intake, accepted } = heldIntake();
    await feedOn(broker.url, intake);
    const peer = await broker.connection();
    peer.send(connack(), publish(11), publish(12), publish(13), publish(14));
    await until(() => accepted.length === 4);
    accepted[1]?.durable();
    accepted[3]?.durable();
    await pause(30);
    expect(pubacks(peer)).toEqual([]);
    accepted[0]?.durable();
    await until(() => pubacks(peer).length === 2);
    await pause(30);
    expect(pubacks(peer)).toEqual([11, 12]);
    accepted[2]?.durable();
    await until(() => pubacks(peer).length === 4);
    expect(pubacks(peer)).toEqual([11, 12, 13, 14]);
  });

  it("never writes an acknowledgement of one connection on the next, where its number means another message", async () => {
    const broker = await scriptedBroker();
    const { intake, accepted } = heldIntake();
    await feedOn(broker.url, intake);
    const first = await broker.connection();
    first.send(connack(), publish(1, "old"));
    await until(() => accepted.length === 1);
    first.socket.destroy();
    const second = await broker.connection();
    second.send(connack(false), publish(1, "new"));
    await until(() => accepted.length === 2);
    accepted[0]?.durable();
    await pause(50);
    expect(pubacks(second)).toEqual([]);
    accepted[1]?.durable();
    expect(await second.next("puback")).toMatchObject({ messageId: 1 });
  });

  it("knows a message that comes again because its acknowledgement could not be sent, and stores it once", async () => {
    const broker = await scriptedBroker();
    const { intake, accepted } = heldIntake();
    await feedOn(broker.url, intake);
    const first = await broker.connection();
    first.send(connack(), publish(1), publish(2, "same"), publish(3));
    await until(() => accepted.length === 3);
    accepted[1]?.durable();
    first.socket.destroy();
    const second = await broker.connection();
    second.send(connack(), publish(1, "m1", true), publish(2, "same", true), publish(3, "other", true));
    second.send(publish(4, "m4", true));
    await until(() => accepted.length === 5);
    expect(accepted.slice(3).map(({ payload }) => payload)).toEqual(["other", "m4"]);
    for (const { durable } of accepted) durable();
    await until(() => pubacks(second).length === 4);
    expect(pubacks(second)).toEqual([1, 2, 3, 4]);
    second.socket.destroy();
    const third = await broker.connection();
    third.send(connack(), publish(1, "m1", true));
    await until(() => accepted.length === 6);
  });

  it("takes a message anew when the session is another one, whatever its number", async () => {
    const broker = await scriptedBroker();
    const { intake, accepted } = heldIntake();
    await feedOn(broker.url, intake);
    const first = await broker.connection();
    first.send(connack(), publish(1));
    await until(() => accepted.length === 1);
    first.socket.destroy();
    const second = await broker.connection();
    second.send(connack(false));
    await second.next("subscribe");
    second.socket.destroy();
    const third = await broker.connection();
    third.send(connack(), publish(1, "m1", true));
    await until(() => accepted.length === 2);
  });

  it("marks what the broker delivers again", async () => {
    const broker = await scriptedBroker();
    const { intake, accepted } = heldIntake();
    await feedOn(broker.url, intake);
    const peer = await broker.connection();
    peer.send(connack(), publish(1, "again", true), publish(2));
    await until(() => accepted.length === 2);
    expect(accepted.map(({ redelivered }) => redelivered)).toEqual([true, false]);
  });

  it("drops the connection when the log refuses, acknowledges nothing of it, and comes back", async () => {
    const broker = await scriptedBroker();
    const { intake, accepted } = heldIntake();
    const { feed } = await feedOn(broker.url, intake);
    const first = await broker.connection();
    first.send(connack(), publish(1), publish(2));
    await until(() => accepted.length === 2);
    const closed = once(first.socket, "close");
    accepted[1]?.durable();
    accepted[0]?.refuse(new KotaError("log_refused", "The topic is not there."));
    await closed;
    expect(pubacks(first)).toEqual([]);
    await until(() => feed.notReady().length > 0);
    expect(feed.notReady()[0]).toContain("The topic is not there.");
    const second = await broker.connection();
    second.send(connack());
    await until(() => feed.notReady().length === 0);
  });

  it("takes QoS 0 without an acknowledgement", async () => {
    const broker = await scriptedBroker();
    const { intake, accepted } = heldIntake();
    await feedOn(broker.url, intake);
    const peer = await broker.connection();
    peer.send(connack(), publish(0, "a"), publish(0, "b"));
    await until(() => accepted.length === 2);
    expect(accepted.map(({ payload }) => payload)).toEqual(["a", "b"]);
    for (const message of accepted) message.durable();
    await pause(30);
    expect(pubacks(peer)).toEqual([]);
  });

  it("takes no more while the intake has no room, keeps the connection alive meanwhile, and goes on after", async () => {
    const broker = await scriptedBroker();
    const { intake, accepted, fill, makeRoom } = heldIntake();
    const { feed } = await feedOn(broker.url, intake, { keepalive: 1 });
    const peer = await broker.connection();
    peer.send(connack());
    await peer.next("subscribe");
    fill();
    peer.send(publish(0, "a"), publish(0, "b"), publish(0, "c"));
    await until(() => accepted.length === 1);
    for (let pings = 0; pings < 8; pings++) await peer.next("pingreq");
    expect(accepted).toHaveLength(1);
    expect(feed.notReady()).toEqual([]);
    makeRoom();
    await until(() => accepted.length === 3);
    expect(peer.socket.destroyed).toBe(false);
  });

  it("says that messages may be missing when the broker has lost the session", async () => {
    const broker = await scriptedBroker();
    const { lines } = await feedOn(broker.url, heldIntake().intake);
    const first = await broker.connection();
    first.send(connack(false));
    await first.next("subscribe");
    await until(() => lines.some(({ msg }) => msg.includes("new session")));
    first.socket.destroy();
    const second = await broker.connection();
    second.send(connack(false));
    await until(() => lines.some(({ msg, level }) => level === 40 && msg.includes("may be missing")));
  });

  it("names the credentials when the broker refuses them, and starts all the same", async () => {
    const broker = await scriptedBroker();
    const { feed, started } = await feedOn(broker.url, heldIntake().intake);
    const peer = await broker.connection();
    peer.send(connack(false, 135));
    await started;
    expect(feed.notReady()[0]).toMatch(/KOTA_MQTT_USERNAME and KOTA_MQTT_PASSWORD/);
  });

  it("names the client id when another client takes the session over", async () => {
    const broker = await scriptedBroker();
    const { feed, started } = await feedOn(broker.url, heldIntake().intake);
    const peer = await broker.connection();
    peer.send(connack());
    await started;
    peer.send({ cmd: "disconnect", reasonCode: 142 });
    peer.socket.end();
    await until(() => feed.notReady().length > 0);
    expect(feed.notReady()[0]).toMatch(/'kota-test'.*KOTA_MQTT_CLIENT_ID/);
  });

  it("names the client id also when the broker closes a connection that was up without a word, as one does under load", async () => {
    const broker = await scriptedBroker();
    const { feed, started } = await feedOn(broker.url, heldIntake().intake);
    const peer = await broker.connection();
    peer.send(connack());
    await started;
    peer.socket.end();
    await until(() => feed.notReady().length > 0);
    expect(feed.notReady()[0]).toMatch(/'kota-test'.*KOTA_MQTT_CLIENT_ID/);
  });

  it("starts without a broker, says so, and connects when there is one", async () => {
    const broker = await scriptedBroker();
    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port } = free.address() as AddressInfo;
    free.close();
    await once(free, "close");
    const { feed, started } = await feedOn(`mqtt://127.0.0.1:${port}`, heldIntake().intake);
    await started;
    expect(feed.notReady()[0]).toContain("cannot be reached");
    const target = new URL(broker.url);
    const relay = createServer((socket) => {
      const onward = connect(Number(target.port), target.hostname);
      pipeline(socket, onward, socket, () => {});
    }).listen(port, "127.0.0.1");
    cleanups.push(() => relay.close());
    const peer = await broker.connection();
    peer.send(connack());
    await until(() => feed.notReady().length === 0);
  });

  it("waits for what is under way at the stop, acknowledges it, takes nothing more and keeps the session", async () => {
    const broker = await scriptedBroker();
    const { intake, accepted } = heldIntake();
    const { feed, started } = await feedOn(broker.url, intake);
    const peer = await broker.connection();
    peer.send(connack(), publish(1), publish(2));
    await started;
    await until(() => accepted.length === 2);
    const stopped = feed.stop();
    peer.send(publish(3));
    await pause(50);
    for (const message of accepted) message.durable();
    const goodbye = await peer.next("disconnect");
    peer.socket.end();
    await stopped;
    expect(goodbye.properties?.sessionExpiryInterval).toBeUndefined();
    expect(pubacks(peer)).toEqual([1, 2]);
    expect(accepted).toHaveLength(2);
  });

  it("subscribes as a member of a group, and leaves it first at the stop, still taking what was on its way", async () => {
    const broker = await scriptedBroker();
    const { intake, accepted } = heldIntake();
    const { feed, started } = await feedOn(broker.url, intake, {
      config: {
        mqttUsername: null,
        mqttPassword: null,
        mqttClientId: "kota-0",
        mqttShareGroup: "kota",
        mqttInFlight: 10,
      },
      filters: ["a/#", "b/+"],
    });
    const peer = await broker.connection();
    peer.send(connack());
    const topics = (await peer.next("subscribe")).subscriptions.map(({ topic }) => topic);
    expect(topics).toEqual(["$share/kota/a/#", "$share/kota/b/+"]);
    await started;
    const stopped = feed.stop();
    expect((await peer.next("unsubscribe")).unsubscriptions).toEqual(topics);
    peer.send(publish(1));
    await until(() => accepted.length === 1);
    accepted[0]?.durable();
    expect(await peer.next("puback")).toMatchObject({ messageId: 1 });
    await peer.next("disconnect");
    peer.socket.end();
    await stopped;
  });

  it.each(["broker.example", "http://broker.example", "mqtt://"])("refuses the address %s", (url) => {
    expect(() =>
      createClientFeed({
        url,
        config: {
          mqttUsername: null,
          mqttPassword: null,
          mqttClientId: "x",
          mqttShareGroup: null,
          mqttInFlight: 1,
        },
        filters: ["#"],
        intake: heldIntake().intake,
        clock: systemClock,
        logger: createLogger({ level: "silent", format: "json" }),
        metrics: createMetrics(),
      }),
    ).toThrowError(
      expect.objectContaining({ code: "config_invalid", message: expect.stringContaining("KOTA_MQTT_URL") }),
    );
  });
});
