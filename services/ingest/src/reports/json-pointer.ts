/** What a JSON Pointer (RFC 6901) points at; undefined: nothing is there. */
export function pointedAt(document: unknown, pointer: string): unknown {
  if (pointer === "") return document;
  let here = document;
  for (const step of pointer.slice(1).split("/")) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[key];
  }
  return here;
}
