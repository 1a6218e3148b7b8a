/// <reference path="../../../../test/servers/provided.d.ts" />
import { randomUUID } from "node:crypto";
import { connect, createServer, type Socket } from "node:net";
import { type EventLog, MESSAGES, REJECTIONS } from "@kota/event-log";
import { createLogger, createMetrics, pause, systemClock } from "@kota/runtime";
import mqtt, { type MqttClient } from "mqtt";
import { afterEach, describe, expect, inject, it } from "vitest";
import { createIntake } from "../accept.ts";
import {
  createDoor,
  everything,
  ingestOn,
  type LogLine,
  openTestLog,
  until,
  withAppend,
} from "../test-setup.ts";
import { createClientFeed } from "./client.ts";

const url = inject("mosquittoUrl");
const undo: (() => unknown)[] = [];
const cleanup = (step: () => unknown) => void undo.push(step);

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Topics, client ids and sessions that no other test has. */
function ownNames() {
  const own = `t${randomUUID().slice(0, 8)}`;
  return {
    topic: `${own}/x`,
    settings: { mqtt: { subscribe: [`${own}/#`] } },
    clientId: `kota-${own}`,
    group: own,
  };
}

async function publisher(): Promise<MqttClient> {
  const client = await mqtt.connectAsync(url ?? "");
  cleanup(() => client.end(true));
  return client;
}

async function publishAll(client: MqttClient, topic: string, texts: readonly string[]): Promise<void> {
  await Promise.all(texts.map((text) => client.publishAsync(topic, text, { qos: 1 })));
}

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `m${from + n}`);
const textsOf = async (log: EventLog) =>
  (await everything(log, MESSAGES)).map(({ payload }) => Buffer.from(payload).toString());

async function ready(part: { notReady(): readonly string[] }): Promise<void> {
  await until(() => part.notReady().length === 0);
}

/** A network cable to Mosquitto that can be cut. */
async function cable() {
  const target = new URL(url ?? "");
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect(Number(target.port), target.hostname);
    for (const end of [socket, onward]) {
      sockets.add(end);
      end.on("error", () => {});
      end.on("close", () => sockets.delete(end));
    }
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup(() => server.close());
  const { port } = server.address() as { port: number };
  return {
    url: `mqtt://127.0.0.1:${port}`,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

describe.skipIf(url === null)(
  `the subscription to Mosquitto${url === null ? " (skipped: it is not installed)" : ""}`,
  () => {
    it("moves thousands of messages with many under way, in order, and has acknowledged them all", async () => {
      const { topic, settings, clientId } = ownNames();
      const log = await openTestLog(cleanup);
      const slow = withAppend(log, () => pause(20));
      const first = ingestOn(slow, cleanup, { settings, config: { mqttUrl: url, mqttClientId: clientId } });
      await first.ingest.start();
      await ready(first.ingest);
      const sent = numbered(3000);
      await publishAll(await publisher(), topic, sent);
      await until(async () => (await everything(log, MESSAGES)).length >= sent.length);
      await until(
        async () => (await first.metrics.messagesAcknowledged.get()).values[0]?.value === sent.length,
      );
      await first.ingest.stop();
      expect(await textsOf(log)).toEqual(sent);
      // Mosquitto took the acknowledgements: the session has nothing left to deliver again.
      const second = ingestOn(log, cleanup, { settings, config: { mqttUrl: url, mqttClientId: clientId } });
      await second.ingest.start();
      await ready(second.ingest);
      expect(second.lines.some(({ msg }) => msg.includes("the session goes on"))).toBe(true);
      await pause(300);
      expect(await textsOf(log)).toHaveLength(sent.length);
    });

    it("gets what was published while it was away", async () => {
      const { topic, settings, clientId } = ownNames();
      const log = await openTestLog(cleanup);
      const config = { mqttUrl: url, mqttClientId: clientId };
      const first = ingestOn(log, cleanup, { settings, config });
      await first.ingest.start();
      await ready(first.ingest);
      await first.ingest.stop();
      const sent = numbered(500);
      await publishAll(await publisher(), topic, sent);
      const second = ingestOn(log, cleanup, { settings, config });
      await second.ingest.start();
      await until(async () => (await everything(log, MESSAGES)).length >= sent.length);
      await pause(100);
      expect(await textsOf(log)).toEqual(sent);
    });

    it("gets again what was not acknowledged when the connection broke, knows it, and acknowledges it then", async () => {
      const { topic, settings, clientId } = ownNames();
      const log = await openTestLog(cleanup);
      const door = createDoor();
      const wire = await cable();
      const { ingest, metrics } = ingestOn(withAppend(log, door.pass), cleanup, {
        settings,
        config: { mqttUrl: wire.url, mqttClientId: clientId },
      });
      await ingest.start();
      await ready(ingest);
      door.close();
      const sent = numbered(50);
      await publishAll(await publisher(), topic, sent);
      const inFlight = async () => (await metrics.messagesInFlight.get()).values[0]?.value;
      await until(async () => (await inFlight()) === 50);
      wire.cut();
      await until(() => ingest.notReady().length > 0);
      await ready(ingest);
      door.open();
      // What the first connection took is acknowledged on the second, and stands in the log once.
      await until(async () => (await metrics.messagesAcknowledged.get()).values[0]?.value === 50);
      expect(await inFlight()).toBe(0);
      expect(await textsOf(log)).toEqual(sent);
    });

    it("never has more under way than its window", async () => {
      const { topic, settings, clientId } = ownNames();
      const log = await openTestLog(cleanup);
      const door = createDoor();
      const { ingest, metrics } = ingestOn(withAppend(log, door.pass), cleanup, {
        settings,
        config: { mqttUrl: url, mqttClientId: clientId, mqttInFlight: 10 },
      });
      await ingest.start();
      await ready(ingest);
      door.close();
      const sent = numbered(200);
      await publishAll(await publisher(), topic, sent);
      await until(async () => (await metrics.messagesInFlight.get()).values[0]?.value === 10);
      await pause(300);
      expect((await metrics.messagesInFlight.get()).values[0]?.value).toBe(10);
      door.open();
      await until(async () => (await everything(log, MESSAGES)).length >= sent.length);
      expect(await textsOf(log)).toEqual(sent);
    });

    it("stays connected while the log stands still for longer than the keepalive", async () => {
      const { topic, settings, clientId } = ownNames();
      const log = await openTestLog(cleanup);
      const door = createDoor();
      const lines: LogLine[] = [];
      const logger = createLogger({
        level: "info",
        format: "json",
        destination: { write: (line) => lines.push(JSON.parse(line)) },
      });
      const shared = { clock: systemClock, logger, metrics: createMetrics() };
      const intake = createIntake({
        log: withAppend(log, door.pass),
        maxPayloadBytes: 262_144,
        maxWaiting: 1000,
        source: "mqtt",
        ...shared,
      });
      const feed = createClientFeed({
        url: url ?? "",
        config: {
          mqttUsername: null,
          mqttPassword: null,
          mqttClientId: clientId,
          mqttShareGroup: null,
          mqttInFlight: 100,
        },
        filters: settings.mqtt.subscribe,
        intake,
        keepalive: 1,
        ...shared,
      });
      cleanup(() => feed.stop());
      await feed.start();
      await ready(feed);
      door.close();
      const sent = numbered(200);
      await publishAll(await publisher(), topic, sent);
      await pause(4000);
      expect(feed.notReady()).toEqual([]);
      door.open();
      await until(async () => (await everything(log, MESSAGES)).length >= sent.length);
      expect(await textsOf(log)).toEqual(sent);
      expect(lines.filter(({ level }) => level >= 40)).toEqual([]);
    });

    it("rejects a payload that is too large, and acknowledges it", async () => {
      const { topic, settings, clientId } = ownNames();
      const log = await openTestLog(cleanup);
      const { ingest, metrics } = ingestOn(log, cleanup, {
        settings,
        config: { mqttUrl: url, mqttClientId: clientId },
      });
      await ingest.start();
      await ready(ingest);
      const client = await publisher();
      await client.publishAsync(topic, Buffer.alloc(900_000, 1), { qos: 1 });
      await client.publishAsync(topic, "small", { qos: 1 });
      await until(async () => (await metrics.messagesAcknowledged.get()).values[0]?.value === 2);
      expect(await everything(log, REJECTIONS)).toMatchObject([
        { topic, code: "payload_too_large", size: 900_000 },
      ]);
      expect(await textsOf(log)).toEqual(["small"]);
    });

    it("shares the load in a group, and leaves nothing behind for the others when one goes", async () => {
      const { topic, settings, clientId, group } = ownNames();
      const log = await openTestLog(cleanup);
      const member = async (n: number) => {
        const running = ingestOn(log, cleanup, {
          settings,
          config: { mqttUrl: url, mqttClientId: `${clientId}-${n}`, mqttShareGroup: group },
        });
        await running.ingest.start();
        await ready(running.ingest);
        return running;
      };
      const [one, two] = [await member(1), await member(2)];
      const client = await publisher();
      await publishAll(client, topic, numbered(300));
      await until(async () => (await everything(log, MESSAGES)).length >= 300);
      const shares = await Promise.all(
        [one, two].map(async ({ metrics }) => (await metrics.messagesReceived.get()).values[0]?.value ?? 0),
      );
      expect(Math.min(...shares)).toBeGreaterThan(50);
      const publishing = publishAll(client, topic, numbered(300, 300));
      await one.ingest.stop();
      await publishing;
      await publishAll(client, topic, numbered(300, 600));
      await until(async () => (await everything(log, MESSAGES)).length >= 900);
      expect((await textsOf(log)).toSorted()).toEqual(numbered(900).toSorted());
    });
  },
);
