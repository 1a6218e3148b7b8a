import type { Message } from "@kota/model";
import { describe, expect, it } from "vitest";
import { ADAPTERS } from "./adapters.ts";
import { askAdapters } from "./ask-adapters.ts";

const ask = (topic: string, payload: string | Uint8Array) => {
  const message: Message = {
    topic,
    payload: typeof payload === "string" ? Buffer.from(payload) : payload,
    receivedAt: Date.UTC(2026, 10, 24),
    source: "mqtt",
  };
  return askAdapters(ADAPTERS, message, { timeZone: "UTC" });
};

describe("asking every adapter", () => {
  it("names the one that decodes, first", () => {
    const { payload, outcome, answers } = ask("kota/v1/a", JSON.stringify({ values: { pm2_5: 4 } }));
    expect(payload).toBe("json");
    expect(outcome.ok).toBe(true);
    expect(answers[0]).toMatchObject({ id: "kota-json", says: "decodes", topic: "kota/v1/#", reason: null });
    expect(answers).toHaveLength(ADAPTERS.length);
    expect(answers.slice(1).every(({ says }) => says !== "decodes")).toBe(true);
  });

  it("names the field that failed, and puts the nearest first", () => {
    const { outcome, answers } = ask("kota/v1/a", JSON.stringify({ values: 4 }));
    expect(outcome).toMatchObject({ ok: false, code: "schema_mismatch" });
    expect(answers[0]).toMatchObject({ id: "kota-json", says: "declines", field: "values" });
    expect(answers[0]?.reason).toContain("expected an object");
  });

  it("names those that would read it on another topic", () => {
    const { outcome, answers } = ask("bridge/lamp", JSON.stringify({ temperature: 20.5 }));
    expect(outcome).toMatchObject({ ok: false, code: "no_adapter" });
    expect(answers[0]).toMatchObject({ id: "zigbee2mqtt", says: "able" });
  });

  it("says what the payload is", () => {
    expect(ask("a", "").payload).toBe("empty");
    expect(ask("a", new Uint8Array([0xff, 0xfe]))).toMatchObject({
      payload: "bytes",
      notJson: expect.stringContaining("UTF-8"),
    });
    expect(ask("a", "{")).toMatchObject({ payload: "text", notJson: expect.stringContaining("JSON") });
  });
});
