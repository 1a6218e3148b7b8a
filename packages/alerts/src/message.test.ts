import { describe, expect, it } from "vitest";
import { composeMessage, type MessageContext, shownValue } from "./message.ts";
import type { Observation } from "./observe.ts";
import { waitingFor } from "./outbox.ts";
import { NO_ALERTS } from "./rule.ts";
import { newAlert, step } from "./step.ts";
import { BIN_RULE } from "./test-rule.ts";

const rule = { ...BIN_RULE, forMs: 0 };
const now = Date.parse("2026-11-24T14:05:00Z");
const seen = (id: string): Observation => ({
  subject: id,
  device: id,
  area: "leith",
  kind: "bin",
  name: `Rose Street ${id}`,
  value: 97,
  time: now,
  unit: "%",
  decimals: 0,
});
const context = (rest: Partial<MessageContext["alerts"]> = {}): MessageContext => ({
  alerts: { ...NO_ALERTS, page: "http://kota.example", rules: [rule], ...rest },
  city: { name: "Kota", locale: "en-GB", timeZone: "Asia/Jakarta" },
  areaNames: new Map([["leith", "Leith"]]),
  observed: (alert) => seen(alert.split("@")[1] ?? ""),
  now,
});
const firing = (id: string, value = 97) =>
  step(rule, newAlert(rule.id, id, now), { value, time: now }, { now, maintenance: null, channels: ["ops"] });

describe("a message", () => {
  it("says what, where, how much, since when, and leads to the page", () => {
    const message = composeMessage(waitingFor("ops", [firing("12")]), context());
    expect(message.title).toBe("[Kota] ALERT: Bin is full, Rose Street 12");
    expect(message.text).toBe(
      "ALERT: Bin is full: Rose Street 12, Leith: 97\u00a0% (limit 90\u00a0%), since 24 Nov, 21:05 GMT+7\n  http://kota.example/devices/12",
    );
    expect(message.alerts[0]).toMatchObject({
      id: "bin-full@12#1",
      news: "firing",
      value: 97,
      unit: "%",
      limit: 90,
    });
  });

  it("follows the rule's own words, in the language of the file", () => {
    const own = { ...rule, message: "{device} penuh {value}, {area}" };
    const { text } = composeMessage(
      waitingFor("ops", [firing("12")]),
      context({ rules: [own], language: "id" }),
    );
    expect(text).toMatch(/^PERINGATAN: Rose Street 12 penuh 97\u00a0%, Leith\n/);
  });

  it("is one, however much happens at once, and counts what it does not list", () => {
    const storm = Array.from({ length: 500 }, (_, index) => firing(String(index)));
    const message = composeMessage(waitingFor("ops", storm), context());
    expect([message.alerts.length, message.more]).toEqual([100, 400]);
    expect(message.title).toContain("and 499 more");
    expect(message.text.split("\n").at(-1)).toBe("and 480 more.");
  });

  it("has the same id when the same is delivered again, in whatever order, and another for other news", () => {
    const both = [firing("1"), firing("2")];
    const id = (those: typeof both) => composeMessage(waitingFor("ops", those), context()).id;
    expect(id(both)).toBe(id(both.toReversed()));
    expect(id(both)).not.toBe(id([firing("1")]));
  });

  it("writes lengths of time in words", () => {
    const length = { unit: "ms", decimals: 0 };
    expect(shownValue(7_200_000, length, "en")).toBe("2 h");
    expect(shownValue(90_000, length, "id")).toBe("2 mnt");
  });
});
