import { type CodecResult, failure, type JsonObject, type JsonValue } from "./codec-result.ts";

/** Deeper results than this are refused, so that whoever walks through one needs no guard of its own. */
const MAX_DEPTH = 32;

interface Answer {
  readonly data?: JsonValue;
  readonly errors?: readonly string[];
  readonly warnings?: readonly string[];
}

/** The result in what the sandbox answered (see prelude.ts). */
export function parseAnswer(answer: string, maxOutput: number): CodecResult {
  const text = answer.slice(1);
  switch (answer[0]) {
    case "d":
      return parseData(text);
    case "j":
      return failure("output_invalid", `The codec's result cannot be written as JSON: ${text}.`);
    case "n":
      return failure("output_invalid", "The codec returned nothing: expected { data } or { errors }.");
    case "p":
      return failure("output_invalid", "The codec returned a promise; a codec has to answer at once.");
    case "s":
      return failure(
        "output_too_large",
        `The codec's result has ${text} characters as JSON; at most ${maxOutput} are taken.`,
      );
    default:
      return thrown(text);
  }
}

function parseData(text: string): CodecResult {
  const { data, errors, warnings } = parseWithoutPrototypes(text);
  const told = warnings ? { warnings } : undefined;
  if (errors?.length) return { code: "reported", errors, ...told };
  if (!isObject(data)) {
    const came = data === undefined ? "none" : Array.isArray(data) ? "an array" : String(data).slice(0, 40);
    return {
      ...failure("output_invalid", `The codec's data should be an object; came ${came}.`),
      ...told,
    };
  }
  if (mayBeDeeper(text) && isDeeper(data, MAX_DEPTH)) {
    return failure(
      "output_invalid",
      `The codec's data is nested deeper than ${MAX_DEPTH} objects and arrays.`,
    );
  }
  return { data, ...told };
}

/** A key `__proto__` is a trap for whoever copies the object, and never a measurement. */
function parseWithoutPrototypes(text: string): Answer {
  if (!text.includes('"__proto__"')) return JSON.parse(text) as Answer;
  return JSON.parse(text, (key, value) => (key === "__proto__" ? undefined : value)) as Answer;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Nesting needs brackets: with few of them there is no need to look. */
function mayBeDeeper(text: string): boolean {
  let brackets = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if ((char === 0x7b || char === 0x5b) && ++brackets > MAX_DEPTH) return true;
  }
  return false;
}

function isDeeper(value: JsonValue, allowed: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (allowed === 0) return true;
  for (const item of Object.values(value)) if (isDeeper(item, allowed - 1)) return true;
  return false;
}

function thrown(text: string): CodecResult {
  if (/^InternalError: (?:out of memory|string too long)/.test(text))
    return failure("memory_exceeded", MEMORY);
  if (/^\w*Error: stack overflow/.test(text)) return failure("stack_exceeded", STACK);
  return failure("threw", text);
}

export const MEMORY = "The codec needs more memory than it may have.";
export const STACK = "The codec's functions are nested too deep: is there a recursion without an end?";
