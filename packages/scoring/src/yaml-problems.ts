import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import type { z } from "zod";

/** What a text of YAML says by a schema, or every problem of it, each with its line and key. */
export function readYaml<S extends z.ZodType>(
  text: string,
  schema: S,
):
  | { readonly data: z.output<S>; readonly problems?: never }
  | { readonly data?: never; readonly problems: readonly string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map(
        (error) => `line ${lines.linePos(error.pos[0]).line}: ${firstLine(error.message)}`,
      ),
    };
  }
  const parsed = schema.safeParse(document.toJS() ?? {});
  return parsed.success
    ? { data: parsed.data }
    : { problems: problemsOf(parsed.error.issues, document, lines) };
}

function problemsOf(issues: readonly z.core.$ZodIssue[], document: Document, lines: LineCounter): string[] {
  const found = issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ path: [...path, key], message: "there is no such key" }));
    }
    if (issue.code === "invalid_key") return [{ path, message: issue.issues[0]?.message ?? issue.message }];
    return [{ path, message: issue.message }];
  });
  return found
    .map(({ path, message }) => ({ line: lineOf(document, lines, path), path, message }))
    .sort((a, b) => a.line - b.line)
    .map(({ line, path, message }) => `line ${line}, ${path.join(".") || "(whole)"}: ${message}`);
}

/** The line of a key, or of the nearest key above it that the text has. */
function lineOf(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = keyNode(document, path.slice(0, length));
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function keyNode(document: Document, path: readonly (string | number)[]): Node | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const key: unknown = parent.items.find(
      ({ key }) => isScalar(key) && String(key.value) === String(last),
    )?.key;
    return isNode(key) ? key : undefined;
  }
  const node: unknown = document.getIn(path, true);
  return isNode(node) ? node : undefined;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? text;
}
