/// <reference path="../../../test/servers/provided.d.ts" />
import { randomUUID } from "node:crypto";
import mqtt from "mqtt";
import { describe, expect, inject, it } from "vitest";
import { mqttNotifier } from "./mqtt.ts";
import { MESSAGE } from "./test-message.ts";

const url = inject("mosquittoUrl");

describe.skipIf(!url)("alerts over Mosquitto", () => {
  it("reach a subscriber of the topic, once for each delivery", async () => {
    const topic = `kota/alerts/${randomUUID()}`;
    const listener = await mqtt.connectAsync(url ?? "");
    try {
      await listener.subscribeAsync(topic, { qos: 1 });
      const got: unknown[] = [];
      listener.on("message", (_topic, payload) => got.push(JSON.parse(payload.toString())));
      const notifier = mqttNotifier({ url: url ?? "", topic, username: null, password: null });
      await notifier.deliver(MESSAGE, new AbortController().signal);
      await expect.poll(() => got, { timeout: 20_000 }).toEqual([MESSAGE]);
      await notifier.close();
    } finally {
      await listener.endAsync(true);
    }
  });
});
