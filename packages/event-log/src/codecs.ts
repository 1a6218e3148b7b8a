import { parseLines } from "./json-text.ts";
import type { Codec } from "./topic.ts";

/** One JSON document a line. Readable with `kcat | jq`. */
export function jsonLines<T>(): Codec<T> {
  return {
    encode: (values) => Buffer.from(values.map((value) => JSON.stringify(value)).join("\n")),
    decode: (record) => parseLines(record) as T[],
  };
}
