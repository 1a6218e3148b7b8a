import { CitySettings, type Message, REPLAYED_ATTRIBUTE } from "@kota/model";
import { describe, expect, it } from "vitest";
import type { Normalized } from "./normalize-message.ts";
import { createQuotas } from "./quotas.ts";
import { rejectionOf } from "./rejection-of.ts";

const NOON = Date.UTC(2026, 10, 24, 12);

function message(device: string, at: number, rest: Partial<Message> = {}): Message {
  return {
    topic: `t/${device}`,
    payload: Buffer.from("x".repeat(400)),
    receivedAt: NOON + at,
    source: "mqtt",
    ...rest,
  };
}

function readingsOf(message: Message, ...devices: string[]): Normalized {
  const { receivedAt } = message;
  const readings = devices.map((device) => ({
    ...{ device, time: receivedAt, values: { pm10: 1 }, adapter: "test@1", receivedAt },
  }));
  return { readings, rejection: null, adapter: "test@1" };
}

const settings = (quotas: unknown) => CitySettings.parse({ name: "T", timeZone: "UTC", quotas }).quotas;

function judge(quotas: ReturnType<typeof createQuotas>, messages: readonly Message[], keep = true) {
  const batch = quotas.begin(0);
  const results = batch.judge(
    messages,
    messages.map((one) => readingsOf(one, one.topic.slice(2))),
  );
  if (keep) batch.keep();
  return results;
}

const codes = (results: readonly Normalized[]) => results.map(({ rejection }) => rejection?.code ?? "taken");

describe("a quota", () => {
  it("holds back what a device sends beyond it, and no other device, until the next minute", () => {
    const quotas = createQuotas(settings({ perMinute: 2 }));
    const flood = ["noisy", "noisy", "calm", "noisy", "noisy", "calm"].map((device, at) =>
      message(device, at),
    );
    const results = judge(quotas, flood);
    expect(codes(results)).toEqual(["taken", "taken", "taken", "quota_exceeded", "quota_exceeded", "taken"]);
    const rejection = results[3]?.rejection;
    expect(rejection).toMatchObject({ device: "noisy", adapter: "test@1", size: 400, stage: "normalize" });
    expect(Buffer.from(rejection?.payload ?? "", "base64")).toHaveLength(400);
    expect(codes(judge(quotas, [message("noisy", 30_000), message("noisy", 60_000)]))).toEqual([
      "quota_exceeded",
      "taken",
    ]);
  });

  it("keeps so many whole and of the rest a sample with its number, so that every message is counted", () => {
    const quotas = createQuotas(settings({ perMinute: 2, keptPerMinute: 3 }));
    const results = judge(
      quotas,
      Array.from({ length: 1000 }, (_, at) => message("noisy", at)),
    );
    expect(results).toHaveLength(6);
    const rejections = results.flatMap(({ rejection }) => (rejection ? [rejection] : []));
    expect(rejections.map(({ count = 1 }) => count)).toEqual([1, 1, 1, 995]);
    expect(Buffer.from(rejections.at(-1)?.payload ?? "", "base64")).toHaveLength(256);
    expect(rejections.at(-1)?.reason).toContain("stands for 995");
  });

  it("is charged once for a batch that is tried again", () => {
    const quotas = createQuotas(settings({ perMinute: 2 }));
    const two = [message("a", 1), message("a", 2)];
    expect(codes(judge(quotas, two, false))).toEqual(["taken", "taken"]);
    expect(codes(judge(quotas, two))).toEqual(["taken", "taken"]);
    expect(codes(judge(quotas, [message("a", 3)]))).toEqual(["quota_exceeded"]);
  });

  it("is another one for devices that are named, or none", () => {
    const quotas = createQuotas(
      settings({ perMinute: 1, devices: { "big-*": 3, "big-one": null, small: 2 } }),
    );
    const four = (device: string) =>
      codes(
        judge(
          quotas,
          [1, 2, 3, 4].map((at) => message(device, at)),
        ),
      ).filter((code) => code === "taken").length;
    expect(["other", "big-two", "big-one", "small"].map(four)).toEqual([1, 3, 4, 2]);
  });

  it("lets pass what is replayed, imported, or from long before", () => {
    const quotas = createQuotas(settings({ perMinute: 1 }));
    const three = [
      message("a", 1),
      message("a", 2, { attributes: { [REPLAYED_ATTRIBUTE]: "1" } }),
      message("a", 3, { source: "import" }),
      message("a", -300_000),
      message("a", 4),
    ];
    expect(codes(judge(quotas, three))).toEqual(["taken", "taken", "taken", "taken", "quota_exceeded"]);
  });

  it("holds back a message of several devices only when all of them are beyond theirs", () => {
    const quotas = createQuotas(settings({ perMinute: 1 }));
    const batch = quotas.begin(0);
    const messages = [1, 2, 3].map((at) => message("gateway", at));
    const of = [
      ["a", "b"],
      ["a", "c"],
      ["a", "b"],
    ];
    expect(
      codes(
        batch.judge(
          messages,
          messages.map((one, n) => readingsOf(one, ...(of[n] ?? []))),
        ),
      ),
    ).toEqual(["taken", "taken", "quota_exceeded"]);
  });

  it("counts messages that nobody can read by their topic", () => {
    const quotas = createQuotas(settings({ perMinute: 1 }));
    const messages = [1, 2].map((at) => message("x", at));
    const cause = { code: "not_json", reason: "No.", adapter: null, device: null } as const;
    const results = messages.map(
      (one): Normalized => ({ readings: null, rejection: rejectionOf(one, cause), adapter: null }),
    );
    const judged = quotas.begin(0).judge(messages, results);
    expect(codes(judged)).toEqual(["not_json", "quota_exceeded"]);
    expect(judged[1]?.rejection?.device).toBeNull();
  });
});
