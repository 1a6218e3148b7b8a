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
 *
 * @throws what `send` throws for anything but refused lines.
 */
export async function writeLines(
  lines: readonly string[],
  send: (body: string) => Promise<void>,
): Promise<readonly RefusedLine[]> {
  const refused: RefusedLine[] = [];
  const attempt = async (from: number, to: number): Promise<void> => {
    try {
      await send(lines.slice(from, to).join("\n"));
    } catch (error) {
      const reason = refusalOf(error);
      if (reason === null) throw error;
      if (to - from === 1 || allDropped(reason, to - from)) {
        for (let index = from; index < to; index++) refused.push({ index, reason: shortened(reason) });
        return;
      }
      const middle = (from + to) >>> 1;
      await attempt(from, middle);
      await attempt(middle, to);
    }
  };
  for (let from = 0; from < lines.length; from += LINES_PER_REQUEST) {
    await attempt(from, Math.min(lines.length, from + LINES_PER_REQUEST));
  }
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
