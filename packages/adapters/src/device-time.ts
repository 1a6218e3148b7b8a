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

/** Reads ISO 8601 date and time; a blank may stand for the T. Digits beyond milliseconds are cut off. Null: it is not that. */
function parseIso(text: string): WallTime | null {
  const match = ISO.exec(text);
  if (!match) return null;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  const hour = Number(match[4]);
  const minute = Number(match[5]);
  const second = match[6] === undefined ? 0 : Number(match[6]);
  const monthDays = MONTH_DAYS[month - 1] ?? 0;
  if (day < 1 || day > monthDays || hour > 23 || minute > 59 || second > 59) return null;
  const fraction = match[7];
  const ms = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, "0"));
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  if (month === 2 && day === 29 && new Date(wall).getUTCDate() !== 29) return null;
  if (match[8] !== undefined) return { wall, offset: 0 };
  if (match[9] === undefined) return { wall, offset: null };
  const offset = Number(match[10]) * 60 + Number(match[11]);
  return { wall, offset: match[9] === "-" ? -offset : offset };
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
