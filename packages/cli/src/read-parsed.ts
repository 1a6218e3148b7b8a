import { readFileSync } from "node:fs";
import { type ErrorCode, KotaError, messageOf } from "@kota/model";

/**
 * A file of a city's folder, parsed.
 * @throws KotaError `not_found` for one that cannot be read, `code` with the parser's words behind the name of the file
 */
export function readParsed<T>(path: string, code: ErrorCode, parse: (text: string) => T): T {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new KotaError("not_found", `${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
  try {
    return parse(text);
  } catch (cause) {
    throw new KotaError(code, `${path}: ${messageOf(cause)}`, { cause });
  }
}
