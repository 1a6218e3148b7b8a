import { MESSAGES } from "@kota/event-log";
import mqtt from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { everything, ingestOn, openTestLog, until } from "./test-setup.ts";

const undo: (() => unknown)[] = [];
const cleanup = (step: () => unknown) => void undo.push(step);

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

describe("ingest", () => {
  it("is a broker of its own, or subscribes to one that speaks only MQTT 3.1.1, and takes no retained copies from it", async () => {
    const brokerLog = await openTestLog(cleanup);
    const log = await openTestLog(cleanup);
    const broker = ingestOn(brokerLog, cleanup).ingest;
    await broker.start();
    expect(broker.address).toMatchObject({ host: "127.0.0.1" });
    const url = `mqtt://127.0.0.1:${broker.address?.port}`;
    const device = await mqtt.connectAsync(url);
    cleanup(() => device.end(true));
    await device.publishAsync("a", "old", { qos: 1, retain: true });
    const { ingest, lines, metrics } = ingestOn(log, cleanup, { config: { mqttUrl: url } });
    await ingest.start();
    await until(() => ingest.notReady().length === 0);
    expect(ingest.address).toBeUndefined();
    expect(lines.some(({ msg }) => msg.includes("3.1.1"))).toBe(true);
    await device.publishAsync("a", "new", { qos: 1, retain: true });
    await device.publishAsync("b", "two", { qos: 2 });
    await until(async () => (await everything(log, MESSAGES)).length >= 2);
    const texts = (await everything(log, MESSAGES)).map(({ payload }) => Buffer.from(payload).toString());
    expect(texts.toSorted()).toEqual(["new", "two"]);
    expect(await everything(brokerLog, MESSAGES)).toHaveLength(3);
    await until(async () => ((await metrics.messagesAcknowledged.get()).values[0]?.value ?? 0) >= 2);
  });

  it("may be stopped before it was started, and twice", async () => {
    const log = await openTestLog(cleanup);
    const { ingest } = ingestOn(log, cleanup);
    await ingest.stop();
    await ingest.stop();
  });
});
