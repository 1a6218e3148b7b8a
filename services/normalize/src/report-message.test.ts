import { CitySettings, type Message } from "@kota/model";
import type { ReportRules } from "@kota/reports";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNormalizer } from "./normalize-message.ts";
import { isReportMessage, reportsOf } from "./report-message.ts";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const rules: ReportRules = {
  indicators: new Map([
    ["volunteers", { unit: "%", scope: "area" }],
    ["jobless", { unit: "%", scope: "city" }],
  ]),
  areas: new Set(["leith", "seaside"]),
  timeZone: "UTC",
  maxFutureMs: 0,
};
const plain = {
  area: "leith",
  value: 21,
  unit: "%",
  period: "2025",
  author: "Office",
  date: "2026-02-01",
  quality: "D",
  source: "Survey",
};
const message = (
  body: unknown,
  topic = "kota/v1/report/volunteers",
  rest: Partial<Message> = {},
): Message => ({
  topic,
  payload: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  receivedAt: NOW,
  source: "mqtt",
  ...rest,
});

describe("a message on kota/v1/report/<indicator>", () => {
  it("becomes a report with the receipt of the message, the same however often it is read", () => {
    const outcome = reportsOf(message(plain), rules);
    expect(outcome).toMatchObject({
      ok: true,
      reports: [{ indicator: "volunteers", area: "leith", value: 21, via: "mqtt", receivedAt: NOW }],
    });
    expect(reportsOf(message(plain), rules)).toEqual(outcome);
  });

  it("may be a list, over HTTP too", () => {
    const outcome = reportsOf(
      message([plain, { ...plain, area: "seaside" }], undefined, { source: "http" }),
      rules,
    );
    expect(outcome).toMatchObject({ ok: true, reports: [{ via: "http" }, { area: "seaside" }] });
  });

  it.each([
    ["nothing", message(""), "empty_payload", "is empty"],
    ["no JSON", message("21 %"), "not_json", "not valid JSON"],
    ["no text", message("", undefined, { payload: Buffer.from([0xff, 0xfe]) }), "not_utf8", "UTF-8"],
    ["an empty list", message([]), "report_refused", "no report"],
    ["a number", message("21"), "report_refused", "expected object"],
    ["a value as text", message({ ...plain, value: "21" }), "report_refused", "value: expected a number"],
    [
      "one bad report of two",
      message([plain, { ...plain, area: "mars" }]),
      "report_refused",
      "entry 2 area: the city has no area 'mars'",
    ],
    [
      "another indicator than that of the topic",
      message({ ...plain, indicator: "jobless", area: "city" }),
      "report_refused",
      "expected 'volunteers' as in the topic, got 'jobless'",
    ],
    [
      "an indicator that the model does not have",
      message(plain, "kota/v1/report/happiness"),
      "report_refused",
      "no reported indicator 'happiness'",
    ],
  ] as const)("is refused with the reason for %s", (_what, sent, code, reason) => {
    expect(reportsOf(sent, rules)).toMatchObject({
      ok: false,
      code,
      reason: expect.stringContaining(reason),
    });
  });

  it("is refused, and can be replayed, while the score model cannot be used", () => {
    expect(reportsOf(message(plain), undefined)).toMatchObject({ ok: false, code: "report_refused" });
  });

  it("ends as reports or as one rejection with the whole message, whatever the bytes", () => {
    const normalize = createNormalizer(
      { settings: CitySettings.parse({ name: "Test", timeZone: "UTC" }), devices: [] },
      [],
      { reportRules: rules },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (payload) => {
          const result = normalize(message("", undefined, { payload }));
          expect(result.readings === null).toBe(result.rejection !== null);
          if (result.rejection) {
            expect(Buffer.from(result.rejection.payload, "base64").equals(Buffer.from(payload))).toBe(true);
            expect(result.rejection).toMatchObject({ stage: "normalize", adapter: "report@1", device: null });
          }
        },
      ),
    );
    expect(normalize(message(plain))).toMatchObject({
      readings: [],
      reports: [{ value: 21 }],
      rejection: null,
    });
  });

  it("is no other topic", () => {
    expect(isReportMessage({ topic: "kota/v1/report/volunteers" })).toBe(true);
    expect(isReportMessage({ topic: "kota/v1/report" })).toBe(false);
    expect(isReportMessage({ topic: "kota/v1/reporter" })).toBe(false);
  });
});
