import { afterAll, beforeAll, describe, it } from "vitest";
import { type Native, nativeAvailable, startNative } from "../../infra/native/servers.mjs";
import { type KotaStack, startStack } from "./kota-stack.ts";
import { expectScoresToHold } from "./whole-run.ts";

const missing = (["mosquitto", "kafka", "influxdb"] as const).filter((server) => !nativeAvailable(server));

describe.skipIf(missing.length > 0)(
  `a run of the example city on real servers of its own${missing.length > 0 ? ` (missing: ${missing.join(", ")})` : ""}`,
  () => {
    let native: Native;
    let stack: KotaStack;
    beforeAll(async () => {
      native = await startNative();
      stack = await startStack({
        mqttUrl: native.mosquitto.url,
        kafkaBrokers: native.kafka.brokers,
        influxdb: native.influxdb,
      });
    }, 300_000);
    afterAll(async () => {
      await stack?.stop();
      await native?.stop();
    }, 60_000);

    it("ends with scores that are what is stored, after kill -9, an hour that came twice, and 5 % that came late", async () => {
      await expectScoresToHold({
        mqttUrl: stack.mqttUrl,
        apiUrl: () => stack.apiUrl,
        killScorer: () => stack.replace("score"),
      });
    }, 1_200_000);
  },
);
