import { HttpError } from "@influxdata/influxdb-client";
import { shortened } from "./failure.ts";

/** A line that InfluxDB will never take. */
export interface RefusedLine {
  readonly index: number;
  readonly reason: string;
}

/** Lines of one request: more are no faster, and make a larger loss of one that fails. */
const LINES_PER_REQUEST = 5000;

/**
 * Writes lines in order, and finds those that InfluxDB refuses. It names at most one of them and takes none (400) or
 * all the others (422), so the lines are halved until the bad ones stand alone; writing a good one again is harmless.
 * A line has no newline in it.
 *
 * @throws what `send` throws for anything but refused lines.
 */
export async function writeLines(
  lines: Iterable<string>,
  send: (body: string) => Promise<void>,
): Promise<readonly RefusedLine[]> {
  const refused: RefusedLine[] = [];
  const attempt = async (body: string, first: number): Promise<void> => {
    try {
      await send(body);
    } catch (error) {
      const reason = refusalOf(error);
      if (reason === null) throw error;
      const sent = body.split("\n");
      if (sent.length === 1 || allDropped(reason, sent.length)) {
        for (let n = 0; n < sent.length; n++) refused.push({ index: first + n, reason: shortened(reason) });
        return;
      }
      const middle = sent.length >>> 1;
      await attempt(sent.slice(0, middle).join("\n"), first);
      await attempt(sent.slice(middle).join("\n"), first + middle);
    }
  };
  // One text grows as lines come: joining an array of them copies each once more.
  let body = "";
  let first = 0;
  let count = 0;
  for (const line of lines) {
    body = count === 0 ? line : `${body}\n${line}`;
    if (++count < LINES_PER_REQUEST) continue;
    await attempt(body, first);
    first += count;
    count = 0;
  }
  if (count > 0) await attempt(body, first);
  return refused;
}

/** InfluxDB's reason when it refuses lines because of what they are; null for any other failure. */
function refusalOf(error: unknown): string | null {
  if (!(error instanceof HttpError)) return null;
  const { statusCode, message } = error;
  if (statusCode === 413) return `InfluxDB takes no request of this size: ${message}`;
  // Without InfluxDB's own code the answer is from something in between, and says nothing about the lines.
  const ofInflux = error.code !== undefined;
  return ofInflux && (statusCode === 400 || statusCode === 422) && !/organization/.test(message)
    ? message
    : null;
}

/** A batch that is too old as a whole needs no search for the ones that are. */
function allDropped(reason: string, count: number): boolean {
  return reason.includes("retention policy") && Number(/dropped=(\d+)/.exec(reason)?.[1]) === count;
}
