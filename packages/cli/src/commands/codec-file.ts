import { readFileSync } from "node:fs";
import { type Codec, openCodec } from "@kota/codecs";
import { KotaError, messageOf } from "@kota/model";

/** Opens the codec in a file, with variables as `name=value`. */
export function openCodecFile(file: string, variables: readonly string[]): Promise<Codec> {
  return openCodec(readText(file), { variables: Object.fromEntries(variables.map(variable)) });
}

export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new KotaError("bad_request", `${file}: cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function variable(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new KotaError("bad_request", `--variable: expected name=value, got '${text}'.`);
  return [text.slice(0, at), text.slice(at + 1)];
}
