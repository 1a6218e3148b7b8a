import type { z } from "zod";

/** A JSON value in a sentence: short, and with its type where that is not plain to see. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "an object";
  if (typeof value === "string") return `the text "${excerpt(value, 60)}"`;
  if (typeof value === "number" && !Number.isFinite(value)) return "a number too large to hold";
  return `${typeof value === "number" ? "the number " : ""}${String(value)}`;
}

/** The beginning of a text that may be long or hold control characters. */
export function excerpt(text: string, length: number): string {
  const clean = text.slice(0, length).replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "�");
  return text.length > length ? `${clean}…` : clean;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  object: "an object",
  record: "an object",
  array: "a list",
  boolean: "true or false",
};

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/** The problem that says most about why a value has not the shape: of several shapes the one that it comes closest to. */
export function problemOf(error: z.ZodError, value: unknown): Problem {
  return deepest(error.issues, value, []);
}

/** A sentence fragment such as `end_device_ids.device_id: expected a text, came the number 12`. */
export function describeProblem(error: z.ZodError, value: unknown): string {
  return problemOf(error, value).text;
}

function deepest(issues: readonly z.core.$ZodIssue[], value: unknown, base: readonly PropertyKey[]): Problem {
  let best: Problem | undefined;
  for (const issue of issues) {
    const path = [...base, ...issue.path];
    const problem =
      issue.code === "invalid_union" && issue.errors.length > 0
        ? issue.errors.map((branch) => deepest(branch, value, path)).reduce(deeper)
        : { path, text: sentence(issue, path, value) };
    best = best ? deeper(best, problem) : problem;
  }
  return best ?? { path: [], text: "the payload has another shape" };
}

function deeper(a: Problem, b: Problem): Problem {
  return b.path.length > a.path.length ? b : a;
}

function sentence(issue: z.core.$ZodIssue, path: readonly PropertyKey[], value: unknown): string {
  const name = path.length === 0 ? "the payload" : path.map(String).join(".");
  const came = path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.map((key) => `'${excerpt(key, 40)}'`).join(", ");
    return `${path.length === 0 ? "the payload" : name} has the unknown field${issue.keys.length > 1 ? "s" : ""} ${keys}`;
  }
  const expected =
    issue.code === "invalid_type"
      ? `expected ${EXPECTED[issue.expected] ?? issue.expected}`
      : issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  return came === undefined && path.length > 0
    ? `${name} is missing: ${expected}`
    : `${name}: ${expected}, came ${show(came)}`;
}
