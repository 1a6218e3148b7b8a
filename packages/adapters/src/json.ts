import { z } from "zod";

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A JSON object of any content, passed on without a copy: names such as `__proto__` stay plain keys in it. */
export const anyObject = z.custom<JsonObject>(isObject, "expected an object");

/** An own member of a JSON object. */
export function member(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
