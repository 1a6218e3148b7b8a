import type { LedgerCheck, LedgerCounts, RejectionCode } from "@kota/model";

export const HOUR_MS = 3_600_000;

/** One line of the ledger: `received = stored + rejected + duplicate + pending + difference`. */
export interface Balance {
  /** What came of the device in the hour: readings, repeats included, and rejected messages. */
  readonly received: number;
  readonly stored: number;
  readonly rejected: number;
  readonly rejectedBy: Readonly<Partial<Record<RejectionCode, number>>>;
  /** Readings of a time of which there was one before, and rejections that are repeated. */
  readonly duplicate: number;
  /** Of the duplicates, those that gave another value: the last in the order of the log is the one that is stored. */
  readonly conflict: number;
  /** On their way to the time series, or not yet looked for in it. */
  readonly pending: number;
  /** Readings that have to be stored, as the stage that stores them has done with them, and are not. 0 when all is well. */
  readonly difference: number;
  /** Readings of the hour that the time series has from elsewhere, or from before the ledger was kept. Not received. */
  readonly extra: number;
}

/** So many distinct readings have to be in the time series in the end. */
export function expectedOf({ distinct, refused }: Pick<LedgerCounts, "distinct" | "refused">): number {
  return distinct - refused;
}

export function balanceOf(row: LedgerCounts & LedgerCheck): Balance {
  const rejectedBy: Partial<Record<RejectionCode, number>> = { ...row.rejected };
  if (row.refused > 0) rejectedBy.store_refused = (rejectedBy.store_refused ?? 0) + row.refused;
  const rejectedBefore = sum(row.rejected);
  return {
    received: row.readings + rejectedBefore + row.repeated,
    stored: row.stored,
    rejected: rejectedBefore + row.refused,
    rejectedBy,
    duplicate: row.readings - row.distinct + row.repeated,
    conflict: row.conflicts,
    pending: row.pending,
    difference: differenceOf(row),
    extra: row.extra,
  };
}

export function differenceOf(row: LedgerCounts & LedgerCheck): number {
  return expectedOf(row) - row.stored - row.pending;
}

/** A line that is the sum of others. */
export function sumOf(balances: Iterable<Balance>): Balance {
  const total = {
    received: 0,
    stored: 0,
    rejected: 0,
    duplicate: 0,
    conflict: 0,
    pending: 0,
    difference: 0,
    extra: 0,
  };
  const rejectedBy: Partial<Record<RejectionCode, number>> = {};
  for (const balance of balances) {
    for (const column of Object.keys(total) as (keyof typeof total)[]) total[column] += balance[column];
    for (const [code, count] of entriesOf(balance.rejectedBy))
      rejectedBy[code] = (rejectedBy[code] ?? 0) + count;
  }
  return { ...total, rejectedBy };
}

function entriesOf(
  counts: Readonly<Partial<Record<RejectionCode, number>>>,
): readonly (readonly [RejectionCode, number])[] {
  return Object.entries(counts) as [RejectionCode, number][];
}

function sum(counts: Readonly<Partial<Record<RejectionCode, number>>>): number {
  let total = 0;
  for (const code in counts) total += counts[code as RejectionCode] ?? 0;
  return total;
}
