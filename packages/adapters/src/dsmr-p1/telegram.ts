import { excerpt } from "../explain.ts";
import { refuse } from "../refusal.ts";

/** A P1 telegram: what each OBIS code holds, the values in their brackets. */
export interface Telegram {
  /** The identification line, without the slash. */
  readonly identification: string;
  /** By OBIS code without the part behind the star: `1-0:1.8.1`. A code that comes twice keeps its first values. */
  readonly objects: ReadonlyMap<string, readonly string[]>;
}

const MAX_LINES = 500;
const OBJECT = /^(\d{1,3}-\d{1,3}:\d{1,3}\.\d{1,3}\.\d{1,3})(?:\*\d{1,3})?(\(.*)$/;
const VALUE = /\(([^()]*)\)/g;

/**
 * Reads a telegram as IEC 62056-21 mode D and the Dutch P1 companion standard (DSMR 2.2 to 5) write it. Its checksum, where
 * it has one, must fit; line ends that a relay changed to bare line feeds are allowed for.
 */
export function parseTelegram(text: string): Telegram {
  const start = text.indexOf("/");
  const end = text.search(/[\r\n]!/) + 1;
  if (start < 0 || end <= start) {
    refuse(
      "schema_mismatch",
      "DSMR P1 telegram: expected a line that begins with '!' at its end, came none.",
    );
  }
  checkSum(text, start, end);
  const [identification = "", ...lines] = text.slice(start + 1, end).split(/\r\n|\n|\r/);
  if (lines.length > MAX_LINES) {
    refuse(
      "schema_mismatch",
      `DSMR P1 telegram: ${lines.length} lines are more than the ${MAX_LINES} allowed.`,
    );
  }
  const objects = new Map<string, string[]>();
  let values: string[] | undefined;
  for (const line of lines) {
    const trimmed = line.trim();
    if (trimmed === "") continue;
    const match = OBJECT.exec(trimmed);
    if (match?.[1] !== undefined && match[2] !== undefined) {
      values = bracketed(match[2]);
      if (!objects.has(match[1])) objects.set(match[1], values);
    } else if (trimmed.startsWith("(") && values) {
      // DSMR 2.2 and 3 write the volume of gas in a line of its own.
      values.push(...bracketed(trimmed));
    } else {
      refuse(
        "schema_mismatch",
        `DSMR P1 telegram: expected an OBIS code and a value in brackets, came the line "${excerpt(trimmed, 60)}".`,
      );
    }
  }
  return { identification, objects };
}

function bracketed(text: string): string[] {
  return Array.from(text.matchAll(VALUE), ([, value = ""]) => value);
}

function checkSum(text: string, start: number, end: number): void {
  const [printed = ""] = text.slice(end + 1).split(/[\r\n]/, 1);
  if (printed.trim() === "") return;
  const expected = /^[0-9A-Fa-f]{1,4}\s*$/.test(printed) ? Number.parseInt(printed, 16) : Number.NaN;
  const body = text.slice(start, end + 1);
  if (crc16(body) === expected || crc16(body.replaceAll(/\r?\n/g, "\r\n")) === expected) return;
  refuse(
    "checksum_wrong",
    `DSMR P1 telegram: the checksum of what came is ${crc16(body).toString(16).toUpperCase().padStart(4, "0")}, and the telegram says ${excerpt(printed, 10)}. It was damaged or cut on its way.`,
  );
}

/** CRC-16 with the polynomial x^16 + x^15 + x^2 + 1, least significant bit first, from 0: DSMR 5.0.2, 6.2. */
export function crc16(text: string): number {
  let crc = 0;
  for (let at = 0; at < text.length; at++) {
    crc ^= text.charCodeAt(at) & 0xff;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}
