import { DEVICES, MESSAGES } from "@kota/event-log";
import type { DeviceRecord, Message, Rejection } from "@kota/model";
import { onTestFinished as cleanup, describe, expect, it } from "vitest";
import { HOUR, MINUTE, NOW, openTestPorts, rejection, startTestApi } from "../test-setup.ts";

const unknown = (native: string, ago: number, rest: Partial<Rejection> = {}): Rejection =>
  rejection(`${native}-${ago}-${rest.adapter ?? ""}`, {
    time: NOW - ago,
    code: "unknown_device",
    topic: `in/${native}`,
    payload: Buffer.from("7").toString("base64"),
    size: 1,
    adapter: "plain@1",
    device: native,
    ...rest,
  });

async function start(rejections: readonly Rejection[]) {
  const ports = await openTestPorts(cleanup);
  await ports.store.writeRejections(rejections);
  return startTestApi(cleanup, ports);
}

const SENT = [
  unknown("plug-9", MINUTE),
  unknown("plug-9", 2 * MINUTE, { adapter: "plain@2" }),
  unknown("plug-9", 3 * MINUTE, { topic: "earlier/plug-9" }),
  unknown("Air 1", HOUR),
  unknown("other", MINUTE, { code: "no_adapter" }),
];

describe("unknown devices", () => {
  it("are told from their rejected messages, the one that sends most first", async () => {
    const api = await start(SENT);
    const { body } = await api.get("/v1/devices/unknown");
    expect(body).toEqual({
      devices: [
        {
          id: "plug-9",
          adapter: "plain",
          topic: "in/plug-9",
          reason: "No adapter knows this.",
          messages: 3,
          firstSeen: "2026-11-24T11:57:00.000Z",
          lastSeen: "2026-11-24T11:59:00.000Z",
          suggestedId: "plug-9",
          registeredAs: null,
        },
        expect.objectContaining({ id: "Air 1", messages: 1, suggestedId: "Air-1" }),
      ],
      scanned: 4,
      complete: true,
    });
    const recent = await api.get(`/v1/devices/unknown?from=${NOW - 10 * MINUTE}`);
    expect(recent.body.devices.map(({ id }: { id: string }) => id)).toEqual(["plug-9"]);
  });

  it("become devices in one step: registered, and their messages in the log after that", async () => {
    const api = await start(SENT);
    const order: string[] = [];
    const messages: Message[] = [];
    const records: DeviceRecord[] = [];
    const tails = [
      await api.log.tail(DEVICES, {
        from: "end",
        onBatch: ({ values }) => {
          order.push("device");
          records.push(...values);
        },
      }),
      await api.log.tail(MESSAGES, {
        from: "end",
        onBatch: ({ values }) => {
          order.push("messages");
          messages.push(...values);
        },
      }),
    ];
    const { status, body } = await api.send("POST", "/v1/devices/unknown/Air%201/adopt", {
      kind: "air",
      area: "leith",
      name: "Air in the kitchen",
    });
    expect(status).toBe(200);
    expect(body.device).toMatchObject({
      id: "Air-1",
      nativeId: "Air 1",
      adapter: "plain",
      name: "Air in the kitchen",
      kind: "air",
      area: "leith",
      origin: "live",
      version: 1,
    });
    expect(body.replay).toMatchObject({ dryRun: false, repaired: 1, appended: 1, stillRejected: [] });
    await expect.poll(() => messages.length).toBe(1);
    expect(messages[0]).toMatchObject({ topic: "in/Air 1", receivedAt: NOW - HOUR });
    expect(records).toHaveLength(1);
    expect(order[0]).toBe("device");
    for (const tail of tails) await tail.stop();
    expect((await api.get("/v1/devices/Air-1")).body.registered).toBe(true);
    const { body: left } = await api.get("/v1/devices/unknown");
    expect(left.devices.map(({ id }: { id: string }) => id)).toEqual(["plug-9"]);
  });

  it("need no word beside their id", async () => {
    const api = await start(SENT);
    const { body } = await api.send("POST", "/v1/devices/unknown/plug-9/adopt");
    expect(body.device).toMatchObject({
      id: "plug-9",
      name: "plug-9",
      kind: "device",
      nativeId: null,
      area: null,
    });
    expect(body.replay).toMatchObject({ repaired: 3, appended: 3 });
    const again = await api.send("POST", "/v1/devices/unknown/plug-9/adopt");
    expect(again.status).toBe(404);
  });

  it("that were registered by hand wait only for the replay", async () => {
    const api = await start(SENT);
    await api.send("PUT", "/v1/devices/nine", { name: "Nine", kind: "plug", nativeId: "plug-9" });
    const { body } = await api.get("/v1/devices/unknown");
    expect(body.devices[0]).toMatchObject({ id: "plug-9", registeredAs: "nine", suggestedId: null });
    const adopted = await api.send("POST", "/v1/devices/unknown/plug-9/adopt");
    expect(adopted.body.device).toMatchObject({ id: "nine", name: "Nine", version: 1 });
    expect(adopted.body.replay.appended).toBe(3);
  });

  it("of several adapters are told apart by the adapter", async () => {
    const api = await start([unknown("x", MINUTE), unknown("x", HOUR, { adapter: "the-things-stack@2" })]);
    const unclear = await api.send("POST", "/v1/devices/unknown/x/adopt");
    expect(unclear.status).toBe(409);
    expect(unclear.body.detail).toContain("plain, the-things-stack");
    const clear = await api.send("POST", "/v1/devices/unknown/x/adopt", { adapter: "the-things-stack" });
    expect(clear.body.device.adapter).toBe("the-things-stack");
    expect(clear.body.replay.selected).toBe(1);
  });

  it.each([
    ["plug-9", { id: "bin-1" }, 409, "Send another 'id'"],
    ["plug-9", { area: "moon" }, 400, "no area 'moon'"],
    ["plug-9", { colour: "red" }, 400, "colour"],
    ["nobody", {}, 404, "No unknown device 'nobody'"],
  ])("refuse the adoption of %s with %j", async (native, body, status, detail) => {
    const api = await start(SENT);
    const answer = await api.send("POST", `/v1/devices/unknown/${native}/adopt`, body);
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toContain(detail);
  });

  it("are adopted with the admin token only", async () => {
    const api = await start(SENT);
    expect((await api.send("POST", "/v1/devices/unknown/plug-9/adopt", {}, null)).status).toBe(401);
  });
});
