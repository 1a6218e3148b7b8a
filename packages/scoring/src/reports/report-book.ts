import { type Report, reportIdentity, statesTheSame } from "@kota/model";

/** A corrected report counts for scores of the past from where the one before it did, but no further back than this. */
const CORRECT_MS = 48 * 3_600_000;

/** A report with its place among those of the same indicator, area and period. */
export interface BookedReport {
  readonly report: Report;
  /** 1 for the first, one more for each that states something else. */
  readonly revision: number;
  /** From this moment on it is the one that counts, Unix milliseconds. */
  readonly countsFrom: number;
}

/** What an evaluation asks of the reports. */
export interface Reports {
  /** The report of the newest period that was known at a time, the newest revision of it; undefined: none. */
  newestAt(indicator: string, area: string, at: number): BookedReport | undefined;
  /** The revisions of the period that a report is of, the oldest first. */
  revisionsOf(report: Pick<Report, "indicator" | "area" | "period">): readonly BookedReport[];
}

interface Entry {
  readonly period: Report["period"];
  /** By receipt. */
  readonly received: Report[];
  booked: readonly BookedReport[];
}

/**
 * Every report that was received. What counts at a time is a function of the set of reports, whatever their order.
 *
 * A report counts from its receipt on. One that corrects an earlier one counts from where that did, at most 48 hours
 * before its own receipt: scores since then were made with a number that was wrong.
 */
export class ReportBook implements Reports {
  readonly #byId = new Set<string>();
  readonly #byIdentity = new Map<string, Entry>();
  /** By indicator and area; the newest period first. */
  readonly #bySeries = new Map<string, Entry[]>();

  /**
   * @returns the earliest moment from which something else counts now; undefined when nothing changed: it was there already, or
   *   states what the one before it does.
   */
  add(report: Report): number | undefined {
    if (this.#byId.has(report.id)) return undefined;
    this.#byId.add(report.id);
    const entry = this.#entryOf(report);
    const index = entry.received.findIndex((other) => isLater(other, report));
    entry.received.splice(index < 0 ? entry.received.length : index, 0, report);
    const before = entry.booked;
    entry.booked = bookedOf(entry.received);
    const changed = entry.booked.filter((each, place) => !isSame(each, before[place]));
    // One that turns out to state the same as a newly known one before it takes an entry away.
    const gone = before.filter((each, place) => !isSame(each, entry.booked[place]));
    const moments = [...changed, ...gone].map(({ countsFrom }) => countsFrom);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /** Whether a report that is received now would change something. */
  isNews(report: Report): boolean {
    const last = this.revisionsOf(report).at(-1);
    return last === undefined || !statesTheSame(last.report, report);
  }

  newestAt(indicator: string, area: string, at: number): BookedReport | undefined {
    for (const { booked } of this.#bySeries.get(`${indicator}/${area}`) ?? []) {
      const known = booked.findLast(({ countsFrom }) => countsFrom <= at);
      if (known) return known;
    }
    return undefined;
  }

  revisionsOf(report: Pick<Report, "indicator" | "area" | "period">): readonly BookedReport[] {
    return this.#byIdentity.get(reportIdentity(report))?.booked ?? [];
  }

  /** Every report that was ever the newest of its period, one period after the other. */
  *all(): Generator<BookedReport> {
    for (const { booked } of this.#byIdentity.values()) yield* booked;
  }

  #entryOf(report: Report): Entry {
    const identity = reportIdentity(report);
    const known = this.#byIdentity.get(identity);
    if (known) return known;
    const entry: Entry = { period: report.period, received: [], booked: [] };
    this.#byIdentity.set(identity, entry);
    const key = `${report.indicator}/${report.area}`;
    const series = this.#bySeries.get(key) ?? [];
    this.#bySeries.set(key, series);
    const index = series.findIndex(({ period }) => !isNewer(period, report.period));
    series.splice(index < 0 ? series.length : index, 0, entry);
    return entry;
  }
}

function isNewer(one: Report["period"], other: Report["period"]): boolean {
  return one.to > other.to || (one.to === other.to && one.from > other.from);
}

/** In a millisecond that has several, their ids decide: an order that everybody who has them agrees on. */
function isLater(one: Report, other: Report): boolean {
  return one.receivedAt > other.receivedAt || (one.receivedAt === other.receivedAt && one.id > other.id);
}

function isSame(one: BookedReport, other: BookedReport | undefined): boolean {
  return other !== undefined && one.report === other.report && one.countsFrom === other.countsFrom;
}

function bookedOf(received: readonly Report[]): BookedReport[] {
  const booked: BookedReport[] = [];
  for (const report of received) {
    const before = booked.at(-1);
    if (before && statesTheSame(before.report, report)) continue;
    booked.push({
      report,
      revision: booked.length + 1,
      countsFrom: before ? Math.max(before.countsFrom, report.receivedAt - CORRECT_MS) : report.receivedAt,
    });
  }
  return booked;
}

/** For a city that has none. */
export const NO_REPORTS: Reports = { newestAt: () => undefined, revisionsOf: () => [] };
