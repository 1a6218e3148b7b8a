import { refuse } from "./refusal.ts";
import type { Zone } from "./zone.ts";

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?(?:([Zz])|([+-])(\d\d):?(\d\d))?$/;
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MINUTE = 60_000;

/** Year 2100: beyond it a number cannot be Unix milliseconds of a device. */
const TOO_MANY_MS = 4_102_444_800_000;
/** A number in this range is a plausible time in seconds and, read as milliseconds, lies before 1973. */
const SECONDS_FROM = 100_000_000;
const SECONDS_TO = 100_000_000_000;

interface WallTime {
  /** Unix milliseconds as if the written clock time were UTC. */
  readonly wall: number;
  /** Minutes ahead of UTC that the text states; null: it states no zone. */
  readonly offset: number | null;
}

/**
 * Reads ISO 8601 date and time; a blank may stand for the T. Digits beyond milliseconds are cut off. Null: it is not that.
 *
 * Nearly every message has a time, nearly always in one of two forms, and an expression with ten groups costs more than
 * JSON.parse of the message: so those two are read digit by digit, and all others by the expression.
 */
function parseIso(text: string): WallTime | null {
  const { length } = text;
  if (length === 19) return digitByDigit(text, 19, null) ?? parseAny(text);
  if (length > 19 && text.charCodeAt(length - 1) === UPPER_Z) {
    return digitByDigit(text, length - 1, 0) ?? parseAny(text);
  }
  return parseAny(text);
}

const ZERO = 48;
const UPPER_T = 84;
const UPPER_Z = 90;

/** `2026-11-24T19:06:33` and decimals until `end`; null: it is something else. */
function digitByDigit(text: string, end: number, offset: number | null): WallTime | null {
  if (
    text.charCodeAt(10) !== UPPER_T ||
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58
  ) {
    return null;
  }
  let ms = 0;
  if (end > 19) {
    if (text.charCodeAt(19) !== 46 || end < 21 || end > 32) return null;
    for (let at = 23; at < end; at++) if (Number.isNaN(digit(text, at))) return null;
    const tenths = digit(text, 20);
    const hundredths = end > 21 ? digit(text, 21) : 0;
    const thousandths = end > 22 ? digit(text, 22) : 0;
    // NaN, like that of any other place that holds no digit, ends in a wall time that is none.
    ms = tenths * 100 + hundredths * 10 + thousandths;
  }
  const wall = wallTime(
    two(text, 0) * 100 + two(text, 2),
    two(text, 5),
    two(text, 8),
    two(text, 11),
    two(text, 14),
    two(text, 17),
    ms,
  );
  return wall === null || Number.isNaN(wall) ? null : { wall, offset };
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - ZERO;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

function two(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

function parseAny(text: string): WallTime | null {
  const match = ISO.exec(text);
  if (!match) return null;
  const fraction = match[7];
  const wall = wallTime(
    Number(match[1]),
    Number(match[2]),
    Number(match[3]),
    Number(match[4]),
    Number(match[5]),
    match[6] === undefined ? 0 : Number(match[6]),
    fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, "0")),
  );
  if (wall === null) return null;
  if (match[8] !== undefined) return { wall, offset: 0 };
  if (match[9] === undefined) return { wall, offset: null };
  const offset = Number(match[10]) * 60 + Number(match[11]);
  return { wall, offset: match[9] === "-" ? -offset : offset };
}

/** Null for a day or time of day that there is not. */
function wallTime(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
): number | null {
  const monthDays = MONTH_DAYS[month - 1] ?? 0;
  if (day < 1 || day > monthDays || hour > 23 || minute > 59 || second > 59) return null;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  return month === 2 && day === 29 && new Date(wall).getUTCDate() !== 29 ? null : wall;
}

/** The instant of an ISO 8601 text that states its zone; a text that states none is UTC. Null: it is not a time. */
export function utcInstant(text: string): number | null {
  const time = parseIso(text);
  return time && time.wall - (time.offset ?? 0) * MINUTE;
}

/** The instant of an ISO 8601 text; a text that states no zone is in `zone`. Null: it is not a time. */
export function zonedInstant(text: string, zone: Zone, near: number): number | null {
  const time = parseIso(text);
  if (!time) return null;
  return time.offset === null ? zone.instantOf(time.wall, near) : time.wall - time.offset * MINUTE;
}

/** Unix milliseconds as they should be; a number that can only be seconds, micro- or nanoseconds is refused. */
export function millisecondInstant(value: number, field: string, device: string): number {
  const wrong =
    value >= SECONDS_FROM && value < SECONDS_TO
      ? "Unix seconds"
      : value > TOO_MANY_MS * 100
        ? "Unix micro- or nanoseconds"
        : null;
  if (wrong !== null || !Number.isFinite(value)) {
    refuse(
      "time_invalid",
      `${field}: expected Unix milliseconds or ISO 8601, came ${value}, which looks like ${wrong ?? "no time"}.`,
      device,
    );
  }
  return Math.trunc(value);
}
