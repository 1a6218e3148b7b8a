import { CITY_AREA, KotaError, QUALITY_CLASSES, type QualityClass } from "@kota/model";
import { duration, parseYaml } from "@kota/scoring";
import { z } from "zod";
import type { ReportRules } from "./report-rules.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const indicator = z.string().min(1).max(40);
const link = (protocol: RegExp, error: string) => z.url({ protocol, error });

const shared = {
  /** How often it is asked. */
  every: duration.refine((ms) => ms >= MINUTE_MS, "ask at most once a minute"),
  /** Longer than this it is not waited for. */
  timeout: duration.default(20_000),
  author: z.string().min(1).max(200),
  source: z.string().min(1).max(500),
  quality: z.enum(Object.keys(QUALITY_CLASSES) as QualityClass[]),
  /** Where a person can check the values. */
  evidence: link(/^https$/, "expected an https link")
    .nullable()
    .default(null),
};

const Open311Text = z.strictObject({
  kind: z.literal("open311"),
  /** Of the GeoReport v2 server, without `requests.json`. */
  url: link(/^https?$/, "expected the http address of a GeoReport v2 server"),
  jurisdiction: z.string().min(1).optional(),
  ...shared,
  /** Requests of so long before now; whole days. */
  window: duration
    .default(30 * DAY_MS)
    .refine((ms) => ms % DAY_MS === 0 && ms <= 366 * DAY_MS, "whole days, at most 366"),
  /** The server gives at most so many at a time; when it does, it is asked again for shorter times. */
  most: z.number().int().min(10).max(10_000).default(1000),
  /** How long the city takes at most, by its own promise, for requests that carry no expected time. */
  promise: duration.optional(),
  /** With fewer requests there is no report: a share of three says nothing. */
  least: z.number().int().min(1).default(5),
  indicators: z
    .strictObject({ share_in_time: indicator.optional(), median_days_to_close: indicator.optional() })
    .refine((given) => Object.keys(given).length > 0, "name an indicator for at least one of them"),
});

const JsonText = z.strictObject({
  kind: z.literal("json"),
  url: link(/^https?$/, "expected an http address"),
  ...shared,
  indicator,
  area: z.string().min(1).default(CITY_AREA),
  unit: z.string().min(1),
  /** Where the value is in the answer: a JSON Pointer. */
  value: z.string().regex(/^(\/.*)?$/, "a JSON Pointer begins with '/', as in /data/0/value"),
  /** What the value there is multiplied by, to have the indicator's unit. */
  factor: z.number().default(1),
  /** Where the period is in the answer; left out: the last whole `every` before the answer. */
  period: z
    .string()
    .regex(/^\/.*$/, "a JSON Pointer begins with '/'")
    .optional(),
});

const PollsText = z.strictObject({
  polls: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "use lower-case letters, digits and '_', at most 40"),
      z.discriminatedUnion("kind", [Open311Text, JsonText], "expected kind: open311 or json"),
    )
    .default({}),
});

export type Open311Poll = z.output<typeof Open311Text> & { readonly id: string };
export type JsonPoll = z.output<typeof JsonText> & { readonly id: string };
export type Poll = Open311Poll | JsonPoll;

/**
 * Parses the text of `polls.yaml`.
 * @throws KotaError `city_invalid` that lists every problem with its line and key.
 */
export function parsePolls(text: string, rules: ReportRules): readonly Poll[] {
  const parsed = parseYaml(
    text,
    PollsText.superRefine((file, ctx) => checkAll(file, rules, ctx.addIssue.bind(ctx))),
  );
  if (parsed.ok) return Object.entries(parsed.value.polls).map(([id, poll]) => ({ id, ...poll }));
  throw new KotaError("city_invalid", `polls.yaml cannot be used:\n  ${parsed.problems.join("\n  ")}`);
}

const UNITS = { share_in_time: "%", median_days_to_close: "d" } as const;

function checkAll(
  { polls }: z.output<typeof PollsText>,
  rules: ReportRules,
  addIssue: (issue: { code: "custom"; path: string[]; message: string }) => void,
): void {
  for (const [id, poll] of Object.entries(polls)) {
    const bad = (key: string, message: string) =>
      addIssue({ code: "custom", path: ["polls", id, ...key.split(".")], message });
    if (poll.evidence === null && poll.quality !== "D")
      bad("quality", `class ${poll.quality} needs \`evidence\`, an https link; without one it is D`);
    const check = (key: string, name: string, unit: string, area: string | null) => {
      const known = rules.indicators.get(name);
      if (known === undefined)
        return bad(
          key,
          `the score model has no reported indicator '${name}'; it has ${[...rules.indicators.keys()].join(", ")}`,
        );
      if (known.unit !== unit) bad(key, `'${name}' is in '${known.unit}', and this gives '${unit}'`);
      if (area === null) return;
      const fits = known.scope === "city" ? area === CITY_AREA : rules.areas.has(area);
      if (!fits)
        bad(
          "area",
          known.scope === "city" ? `'${name}' is of the whole city` : `the city has no area '${area}'`,
        );
    };
    if (poll.kind === "json") check("indicator", poll.indicator, poll.unit, poll.area);
    else {
      for (const name of ["share_in_time", "median_days_to_close"] as const) {
        const given = poll.indicators[name];
        if (given !== undefined) check(`indicators.${name}`, given, UNITS[name], null);
      }
    }
  }
}
