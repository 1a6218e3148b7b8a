import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { answerLine, LONGEST_LINE } from "@kota/indices";

/** `kota index run`: a line of JSON out for every line in, in order, as soon as they come. Ends with the input. */
export async function runIndex(input: Readable, output: Writable): Promise<void> {
  input.setEncoding("utf8");
  try {
    await pipeline(input, answers, output, { end: false });
  } catch (error) {
    // The reader has what it wanted, as in `kota index run | head`.
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  }
}

/** The answers to the lines of a text that comes in chunks, one text for each chunk that ends a line. */
export async function* answers(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of chunks) {
    let start = 0;
    let out = "";
    for (let end = chunk.indexOf("\n"); end >= 0; end = chunk.indexOf("\n", start)) {
      out += `${answerLine(joined(rest, chunk.slice(start, end)))}\n`;
      rest = "";
      start = end + 1;
    }
    rest = joined(rest, chunk.slice(start));
    if (out !== "") yield out;
  }
  if (rest !== "") yield `${answerLine(rest)}\n`;
}

/** A line and what follows of it; one that is too long already is refused anyway and grows no further. */
function joined(line: string, more: string): string {
  return line.length > LONGEST_LINE ? line : line + more;
}
