import { KotaError } from "@kota/model";
import { onTestFinished as cleanup, describe, expect, it } from "vitest";
import { openTestPorts, replacing, startTestApi } from "../test-setup.ts";

describe("the health of the process", () => {
  it("is told to probes and to Prometheus", async () => {
    const api = await startTestApi(cleanup);
    expect((await api.get("/healthz")).body).toEqual({ status: "ok" });
    const ready = await api.get("/readyz");
    expect(ready.status).toBe(200);
    expect(ready.body).toEqual({ ready: true, reasons: [] });
    expect(ready.headers.get("cache-control")).toBe("no-store");
    const metrics = await api.get("/metrics");
    expect(metrics.headers.get("content-type")).toMatch(/^text\/plain/);
    expect(metrics.text).toMatch(/^kota_stream_clients 0$/m);
  });

  it("is 503 with the reasons of the whole process while that is not ready", async () => {
    const reasons = ["MQTT is not connected."];
    const api = await startTestApi(cleanup, { checks: async () => reasons });
    const before = await api.get("/readyz");
    expect(before.status).toBe(503);
    expect(before.body).toEqual({ ready: false, reasons });
    reasons.pop();
    expect((await api.get("/readyz")).status).toBe(200);
  });

  it("is 503 when the time series does not answer, and the process still runs", async () => {
    const { log, store } = await openTestPorts(cleanup);
    let down = false;
    const failing = replacing(store, {
      check: () => (down ? Promise.reject(new KotaError("store_unavailable", "no answer")) : store.check()),
    });
    const api = await startTestApi(cleanup, { log, store: failing });
    down = true;
    const { status, body } = await api.get("/readyz");
    expect(status).toBe(503);
    expect(body.reasons).toEqual(["The time series does not answer: no answer"]);
    expect((await api.get("/healthz")).status).toBe(200);
  });
});
