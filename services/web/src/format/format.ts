/** Numbers and times as the city writes them: its locale, its time zone. */
export interface Format {
  readonly timeZone: string;
  /** A number with exactly `decimals` digits after the point. */
  number(value: number, decimals: number): string;
  /** A whole count with group separators. */
  count(value: number): string;
  /** 0 to 1 as a whole per cent. */
  percent(share: number): string;
  /** Hour and minute: `14:05`. */
  clock(time: number): string;
  /** Hour, minute and second: `14:05:09`. */
  clockWithSeconds(time: number): string;
  /** Day and month: `24 Nov`. */
  day(time: number): string;
  /** Day, month, hour and minute: `24 Nov, 14:05`. */
  dateTime(time: number): string;
  /** `14:05` on the day of `now`, else `24 Nov, 14:05`. */
  moment(time: number, now: number): string;
  /** The short name of the time zone at a time: `GMT`, `WIB`. */
  zoneName(time: number): string;
}

/** Makes the formatters once; `Intl` objects are costly to make and cheap to use. A locale that is not known falls back to English. */
export function createFormat(locale: string, timeZone: string): Format {
  const language = knownLocale(locale);
  const dateFormat = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(language, { timeZone, hourCycle: "h23", ...options });
  const clock = dateFormat({ hour: "2-digit", minute: "2-digit" });
  const seconds = dateFormat({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const dateTime = dateFormat({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const shortDay = dateFormat({ day: "numeric", month: "short" });
  const date = dateFormat({ year: "numeric", month: "2-digit", day: "2-digit" });
  const zone = dateFormat({ timeZoneName: "short" });
  const count = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const byDecimals = new Map<number, Intl.NumberFormat>();

  return {
    timeZone,
    number(value, decimals) {
      let format = byDecimals.get(decimals);
      if (format === undefined) {
        format = new Intl.NumberFormat(language, {
          minimumFractionDigits: decimals,
          maximumFractionDigits: decimals,
        });
        byDecimals.set(decimals, format);
      }
      return format.format(value);
    },
    count: (value) => count.format(value),
    percent: (share) => percent.format(share),
    clock: (time) => clock.format(time),
    clockWithSeconds: (time) => seconds.format(time),
    day: (time) => shortDay.format(time),
    dateTime: (time) => dateTime.format(time),
    moment: (time, now) =>
      date.format(time) === date.format(now) ? clock.format(time) : dateTime.format(time),
    zoneName: (time) =>
      zone.formatToParts(time).find((part) => part.type === "timeZoneName")?.value ?? timeZone,
  };
}

function knownLocale(locale: string): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale)[0] ?? "en";
  } catch {
    return "en";
  }
}
