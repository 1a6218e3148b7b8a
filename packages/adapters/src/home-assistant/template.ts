import { isObject, member } from "../json.ts";

/** Where a template takes its number from, and what it does with it. */
export interface Extraction {
  /** Members on the way into the JSON of the state; null: the state is the value. */
  readonly path: readonly string[] | null;
  readonly factor: number;
  readonly offset: number;
}

const PLAIN: Extraction = { path: null, factor: 1, offset: 0 };

// {{ value_json.a['b'][0] | float(0) * 0.1 | round(1) }}
const TEMPLATE =
  /^\s*\{\{-?\s*\(?\s*value(_json((?:\.\w+|\[\s*(?:"[^"\]]*"|'[^'\]]*'|\d+)\s*\])+))?\s*((?:\|\s*(?:float|int|round|is_defined|default)\s*(?:\([^()]*\))?\s*)*)\)?\s*(?:([*/+-])\s*(\d+(?:\.\d+)?)\s*)?\)?\s*(?:\|\s*(?:float|int|round)\s*(?:\([^()]*\))?\s*)*-?\}\}\s*$/;
const STEP = /\.(\w+)|\[\s*(?:"([^"\]]*)"|'([^'\]]*)'|(\d+))\s*\]/g;

/**
 * Reads a `value_template` of the kind that devices announce: the state itself or a member of its JSON, with filters that
 * make it a number, times, by, plus or minus a constant. Rounding and defaults are left out: the number is kept as it was
 * sent, and one that is missing is not made up. Null: the template does more than that.
 */
export function parseTemplate(template: string | undefined): Extraction | null {
  if (template === undefined) return PLAIN;
  const match = template.length > 300 ? null : TEMPLATE.exec(template.replaceAll(/\s+/g, " "));
  if (!match) return null;
  const [, json, steps, , operator, operand] = match;
  const path =
    json === undefined
      ? null
      : Array.from((steps ?? "").matchAll(STEP), (step) => step[1] ?? step[2] ?? step[3] ?? step[4] ?? "");
  const constant = Number(operand);
  switch (operator) {
    case undefined:
      return { path, factor: 1, offset: 0 };
    case "*":
      return { path, factor: constant, offset: 0 };
    case "/":
      return constant === 0 ? null : { path, factor: 1 / constant, offset: 0 };
    case "+":
      return { path, factor: 1, offset: constant };
    default:
      return { path, factor: 1, offset: -constant };
  }
}

/** What stands at the path; undefined: nothing. */
export function valueAt(json: unknown, path: readonly string[]): unknown {
  let at = json;
  for (const step of path) {
    if (Array.isArray(at)) at = at[Number(step)];
    else if (isObject(at)) at = member(at, step);
    else return undefined;
  }
  return at;
}
