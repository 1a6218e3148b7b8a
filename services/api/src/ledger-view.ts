import type { Missing } from "@kota/attention";
import { type EventLog, LEDGER } from "@kota/event-log";
import { type Balance, Book, balanceOf, differenceOf, sumOf } from "@kota/ledger";
import type { LedgerRecord } from "@kota/model";
import type { Clock, Logger } from "@kota/runtime";
import type { TimeRange } from "@kota/time-series";
import { type HeldTopic, holdTopic } from "./held-topic.ts";
import { createMissingReadings } from "./missing-readings.ts";

/** About 250 MB; beyond, the oldest hours are not shown. */
const MAX_RECORDS = 1_000_000;

export interface LedgerFilter extends Partial<TimeRange> {
  readonly device?: string | undefined;
  /** Only lines in which something is missing. */
  readonly differences: boolean;
}

interface LedgerQuery extends LedgerFilter {
  readonly limit: number;
  /** Go on after this line. */
  readonly after: LedgerPlace | null;
}

interface LedgerPlace {
  readonly hour: number;
  readonly device: string;
}

interface LedgerPage {
  /** The newest hour first, in it by device. */
  readonly lines: readonly LedgerRecord[];
  readonly next: LedgerPlace | null;
  /** Of every line that the query has, also on other pages. */
  readonly total: Balance;
}

/** The ledger as the log has it. */
export interface LedgerView extends HeldTopic {
  find(query: LedgerQuery): LedgerPage;
  /** Every line, an hour at a time: the newest hour first, in it by device. */
  hours(filter: LedgerFilter): Iterable<readonly LedgerRecord[]>;
  /** Of which devices readings are missing. */
  missing(): readonly Missing[];
  /** Readings that are missing, over all lines. */
  readonly difference: number;
  /** Lines that there are; 0: no ledger is kept. */
  readonly lines: number;
  /** When the time series was last asked; null: never. */
  readonly checkedAt: number | null;
  /** Hours before this one are not held any more; −∞: all are. */
  readonly heldFrom: number;
}

/** @param onDifference called when readings begin or cease to be missing */
export function createLedgerView(
  log: EventLog,
  clock: Clock,
  logger: Logger,
  onDifference: (difference: number) => void,
): LedgerView {
  const book = new Book(MAX_RECORDS);
  const missing = createMissingReadings(clock);
  let checkedAt: number | null = null;
  let told = 0;

  const held = holdTopic({
    log,
    topic: LEDGER,
    what: "The lines of the ledger",
    onValue(record) {
      book.set(record);
      missing.take(record);
      if (record.checkedAt !== null) checkedAt = Math.max(record.checkedAt, checkedAt ?? record.checkedAt);
    },
    onChange() {
      if (book.difference === told) return;
      told = book.difference;
      onDifference(told);
    },
    logger,
  });

  function byHourOf(filter: LedgerFilter): Map<number, LedgerRecord[]> {
    const byHour = new Map<number, LedgerRecord[]>();
    for (const record of book.records(filter)) {
      if (filter.differences && differenceOf(record) === 0) continue;
      const ofHour = byHour.get(record.hour);
      if (ofHour) ofHour.push(record);
      else byHour.set(record.hour, [record]);
    }
    return byHour;
  }

  return {
    ...held,
    find(query) {
      const byHour = byHourOf(query);
      const { after, limit } = query;
      const found: LedgerRecord[] = [];
      // Only the hours of this page are put in order: there may be a million lines.
      for (const hour of newestFirst(byHour.keys())) {
        if (found.length > limit) break;
        if (after && hour > after.hour) continue;
        const ofHour = (byHour.get(hour) ?? []).sort(byDevice);
        const rest =
          after?.hour === hour ? ofHour.filter(({ device }) => (device ?? "") > after.device) : ofHour;
        found.push(...rest.slice(0, limit + 1 - found.length));
      }
      const lines = found.slice(0, limit);
      const last = lines.at(-1);
      const next = last && found.length > limit ? { hour: last.hour, device: last.device ?? "" } : null;
      return { lines, next, total: sumOf(balancesOf(byHour.values())) };
    },
    *hours(filter) {
      const byHour = byHourOf(filter);
      for (const hour of newestFirst(byHour.keys())) yield (byHour.get(hour) ?? []).sort(byDevice);
    },
    missing: () => missing.of(book.forgottenBefore),
    get difference() {
      return book.difference;
    },
    get lines() {
      return book.size;
    },
    get checkedAt() {
      return checkedAt;
    },
    get heldFrom() {
      return book.forgottenBefore;
    },
  };
}

function newestFirst(hours: Iterable<number>): readonly number[] {
  return [...hours].sort((a, b) => b - a);
}

function byDevice(a: LedgerRecord, b: LedgerRecord): number {
  const [one, other] = [a.device ?? "", b.device ?? ""];
  return one < other ? -1 : one > other ? 1 : 0;
}

function* balancesOf(records: Iterable<readonly LedgerRecord[]>): Generator<Balance> {
  for (const some of records) for (const record of some) yield balanceOf(record);
}
