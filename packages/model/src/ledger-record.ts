import type { RejectionCode } from "./rejection.ts";

/** What was counted of one device in one hour: readings by the hour they are of, rejections by the hour they came in. */
export interface LedgerCounts {
  /** Readings in the log, repeats included. */
  readonly readings: number;
  /** Distinct times among them: so many readings have to be stored. */
  readonly distinct: number;
  /** Of the repeats, those that gave another value for the same metric and time. */
  readonly conflicts: number;
  /** Distinct times that the time series will never take; each is a rejection of the stage `store`. */
  readonly refused: number;
  /** Messages rejected before they became readings, by reason. */
  readonly rejected: Readonly<Partial<Record<RejectionCode, number>>>;
  /** Rejections of messages that had been rejected for the same reason before. */
  readonly repeated: number;
}

/** What the time series had of it when it was last asked. */
export interface LedgerCheck {
  /** Of the distinct readings, those that are stored. */
  readonly stored: number;
  /** Distinct readings not yet known to be stored: on their way, or not yet asked for. */
  readonly pending: number;
  /** Readings of the hour that the time series has and the ledger did not receive. */
  readonly extra: number;
  /** Unix milliseconds; null: never. */
  readonly checkedAt: number | null;
}

/** Device and hour as the ledger hands them to the log: once when they are closed, and before that as they stand. */
export interface LedgerRecord extends LedgerCounts, LedgerCheck {
  /** Null: rejections that name no device. */
  readonly device: string | null;
  /** Start of the hour, Unix milliseconds, UTC. */
  readonly hour: number;
  /** More may still come: not what to go on from after a restart. */
  readonly open?: true;
  /** Every reading of the hour before this place in the log is counted; partition −1: there was none. */
  readonly partition: number;
  readonly offset: number;
  /** The same for the log of rejections. */
  readonly rejectionsOffset: number;
  /** Ids of the rejections that are counted, shortened, newest last, separated by spaces. Left out: none. */
  readonly rejectionIds?: string;
}
