import { MESSAGES, READINGS, REJECTIONS } from "@kota/event-log";
import { KotaError } from "@kota/model";
import { onTestFinished as cleanup, describe, expect, it } from "vitest";
import {
  MINUTE,
  NOW,
  openTestPorts,
  reading,
  rejection,
  replacing,
  startTestApi,
  until,
} from "../test-setup.ts";

describe("the status", () => {
  it("says what has come, how far each stage is, and that it is ready", async () => {
    const api = await startTestApi(cleanup, {
      before: async ({ log }) => {
        await log.append(MESSAGES, [
          { topic: "a", payload: new Uint8Array([1]), receivedAt: NOW, source: "mqtt" },
        ]);
      },
    });
    const quiet = await api.get("/v1/status");
    expect(quiet.status).toBe(200);
    expect(quiet.body).toMatchObject({
      time: "2026-11-24T12:00:00.000Z",
      startedAt: "2026-11-24T12:00:00.000Z",
      version: "1.2.3",
      ready: true,
      reasons: [],
      newestReading: null,
      readingsPerMinute: 0,
      totals: { received: 0, readings: 0, stored: 0, rejected: 0, scores: 0 },
      streamClients: 0,
    });
    const stages = quiet.body.lag.map((stage: { group: string; lag: number }) => [stage.group, stage.lag]);
    expect(stages).toEqual([
      ["kota.normalize", 1],
      ["kota.store.readings", 0],
      ["kota.score", 0],
      ["kota.store.scores", 0],
      ["kota.store.rejections", 0],
    ]);

    api.metrics.messagesReceived.inc({ source: "mqtt" }, 4);
    await api.log.append(READINGS, [
      reading("bin-1", NOW - MINUTE, { fill_level: 1 }),
      reading("bin-2", NOW - 2 * MINUTE, { fill_level: 1 }),
    ]);
    await api.log.append(REJECTIONS, [rejection("one")]);
    await until(async () => {
      const { totals } = (await api.get("/v1/status")).body;
      return totals.readings === 2 && totals.rejected === 1;
    });
    const { body } = await api.get("/v1/status");
    expect(body.readingsPerMinute).toBe(2);
    expect(["bin-1", "bin-2"]).toContain(body.newestReading.device);
    // Readings came and none was stored here: another process does that.
    expect(body.totals).toEqual({ received: 4, readings: 2, stored: null, rejected: 1, scores: 0 });
  });

  it("is 503 without a word of the inside when the log does not answer", async () => {
    const ports = await openTestPorts(cleanup);
    let down = false;
    const log = replacing(ports.log, {
      lag: (topic, group) =>
        down
          ? Promise.reject(new KotaError("log_unavailable", "broker kafka-7.internal:9092 refused"))
          : ports.log.lag(topic, group),
    });
    const api = await startTestApi(cleanup, { store: ports.store, log });
    down = true;
    const problem = await api.problem("/v1/status");
    expect(problem).toMatchObject({ status: 503, code: "log_unavailable" });
    expect(JSON.stringify(problem)).not.toContain("kafka-7");
  });
});
