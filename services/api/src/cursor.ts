import type { z } from "zod";
import { badParameter } from "./problem.ts";

/** Where the next page begins, as an opaque text: callers pass it on and read nothing into it. */
export function encodeCursor(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** @throws HttpProblem `bad_request` for a text that this endpoint never gave out. */
export function decodeCursor<S extends z.ZodType>(place: S, cursor: string): z.output<S> {
  try {
    return place.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch {
    throw badParameter(
      "cursor",
      "pass on the 'nextCursor' of an earlier answer of this endpoint, or leave it out",
    );
  }
}

/** The `Link` header that leads to the next page: this request with one parameter changed. */
export function nextLink(url: string, parameter: string, value: string): string {
  const next = new URL(url, "http://kota.invalid");
  next.searchParams.set(parameter, value);
  return `<${next.pathname}${next.search}>; rel="next"`;
}
