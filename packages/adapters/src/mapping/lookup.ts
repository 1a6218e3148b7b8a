import { isObject, member } from "../json.ts";

/** Stands for the payload itself. */
const WHOLE = "$";

/**
 * What stands at a path such as `data.values.k1`: a member whose name is the whole path wins, a number counts in a list,
 * `$` is the value itself. Undefined: nothing.
 */
export function lookUp(value: unknown, path: string): unknown {
  if (path === WHOLE) return value;
  if (isObject(value)) {
    const whole = member(value, path);
    if (whole !== undefined) return whole;
  }
  const dot = path.indexOf(".");
  const step = dot < 0 ? path : path.slice(0, dot);
  const next = Array.isArray(value)
    ? /^\d{1,5}$/.test(step)
      ? (value[Number(step)] as unknown)
      : undefined
    : isObject(value)
      ? member(value, step)
      : undefined;
  return dot < 0 || next === undefined ? next : lookUp(next, path.slice(dot + 1));
}
