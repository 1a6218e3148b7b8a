import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Codec, plainUplink, UplinkText } from "@kota/codecs";
import { messageOf } from "@kota/model";
import { openCodecFile } from "./codec-file.ts";

/** Characters; far above an uplink of the largest payload. */
const LONGEST_LINE = 65_536;

/** `kota codec run`: a line of JSON out for every line in, in order, as soon as they come. Ends with the input. */
export async function runCodec(
  file: string,
  variables: readonly string[],
  input: Readable,
  output: Writable,
): Promise<void> {
  const codec = await openCodecFile(file, variables);
  input.setEncoding("utf8");
  try {
    await pipeline(input, (chunks: AsyncIterable<string>) => decodedLines(codec, chunks), output, {
      end: false,
    });
  } catch (error) {
    // The reader has what it wanted, as in `kota codec run codec.js | head`.
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  } finally {
    codec.close();
  }
}

/** The answers to the lines of a text that comes in chunks, one text for each chunk that ends a line. */
export async function* decodedLines(codec: Codec, chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunks) {
    let start = 0;
    let out = "";
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", start)) {
      out += `${decodeLine(codec, joined(rest, chunk.slice(start, end)))}\n`;
      rest = "";
      start = end + 1;
    }
    rest = joined(rest, chunk.slice(start));
    if (out !== "") yield out;
  }
  if (rest !== "") yield `${decodeLine(codec, rest)}\n`;
}

/** A line and what follows of it; one that is too long already is refused anyway and grows no further. */
function joined(line: string, more: string): string {
  return line.length > LONGEST_LINE ? line : line + more;
}

/** Never throws: a line that cannot be read has errors for an answer. */
function decodeLine(codec: Codec, line: string): string {
  if (line.length > LONGEST_LINE) return wrong(`expected a line of at most ${LONGEST_LINE} characters`);
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    return wrong(`expected a JSON object: ${messageOf(error)}`);
  }
  const id = idOf(json);
  const uplink = plainUplink(json);
  if (uplink !== null) return answer(codec, uplink, id);
  const parsed = UplinkText.safeParse(json);
  if (parsed.success) return answer(codec, parsed.data, id);
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "line"}: ${message}`);
  return wrong(problems.join("; "), id);
}

function answer(codec: Codec, { fPort, bytes, recvTime = Date.now() }: UplinkText, id?: object): string {
  const result = codec.decode({ fPort, bytes, recvTime });
  return JSON.stringify(id ? { ...id, ...result } : result);
}

function wrong(problem: string, id?: object): string {
  return JSON.stringify({ ...id, errors: [problem], code: "input_invalid" });
}

function idOf(json: unknown): object | undefined {
  if (typeof json !== "object" || json === null || !("id" in json)) return undefined;
  return typeof json.id === "string" || typeof json.id === "number" ? { id: json.id } : undefined;
}
