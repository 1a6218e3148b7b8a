/**
 * Why something needs attention. `missing`: readings of it came and are not stored. `suspect`: what it sends is not to be
 * trusted. `alert`: a rule of the city's alerts says so.
 */
export const WORK_REASONS = ["bin", "air", "silent", "never", "missing", "suspect", "alert"] as const;
export type WorkReason = (typeof WORK_REASONS)[number];

/**
 * What speaks against a sensor. By the quality rules of the score model: values out of range, that change too fast, that do not
 * change at all, that are unlike those of the neighbours. By what is refused: times that are ahead of the receipt, too
 * far behind it or unreadable, and values that are not possible.
 */
export const SUSPECT_FLAGS = [
  "range",
  "rate",
  "stuck",
  "neighbours",
  "clock_ahead",
  "clock_behind",
  "clock_unreadable",
  "impossible",
] as const;
export type SuspectFlag = (typeof SUSPECT_FLAGS)[number];

/** What was found, as far as the reason has it. Values are in the metric's unit, times Unix milliseconds. */
export interface WorkFacts {
  readonly metric: string | null;
  readonly value: number | null;
  /** Event time of the value. */
  readonly time: number | null;
  readonly limit: number | null;
  /** Mean of the hours of the last day, and how many there were; whole: enough to call it the mean of a day. */
  readonly mean: number | null;
  readonly meanHours: number | null;
  readonly meanIsWhole: boolean;
  /** Since when the value has been beyond the limit; `crossedBefore`: it was so from the first value that is known. */
  readonly crossedSince: number | null;
  readonly crossedBefore: boolean;
  /** Until a bin is full at its pace, milliseconds. */
  readonly fullInMs: number | null;
  readonly lastSeen: number | null;
  /** How often the device usually sends, milliseconds. */
  readonly paceMs: number | null;
  /** What speaks against the sensor. */
  readonly flag: SuspectFlag | null;
  /** Readings that are missing or flagged, or messages that were refused, of so many that came. */
  readonly count: number | null;
  readonly of: number | null;
  /** The alert's rule and its words. */
  readonly rule: string | null;
  readonly title: string | null;
  readonly text: string | null;
}

/** From when to when a condition held; null: it still does. Unix milliseconds. */
export interface Episode {
  readonly from: number;
  readonly to: number | null;
}

/** What needs attention, written by the process that watches. The newest record of an id stands. */
export interface WorkCondition {
  readonly kind: "condition";
  /** Reason and device or area: the same each time it comes back. */
  readonly id: string;
  readonly reason: WorkReason;
  readonly device: string | null;
  readonly area: string | null;
  /** 3 is urgent, 2 soon, 1 worth watching. */
  readonly severity: 1 | 2 | 3;
  /** How far beyond what is usual or allowed: it ranks items of one severity. */
  readonly excess: number;
  readonly facts: WorkFacts;
  /** The newest last, at most 20. */
  readonly episodes: readonly Episode[];
  /** When this was written, Unix milliseconds. */
  readonly at: number;
}

export const WORK_ACTS = ["acknowledge", "assign", "snooze", "note", "close", "reopen"] as const;

/** What a person did about an item. Each act is a record of its own, so that none overwrites another. */
export interface WorkAct {
  readonly kind: "act";
  readonly id: string;
  readonly item: string;
  readonly act: (typeof WORK_ACTS)[number];
  readonly by: string;
  readonly at: number;
  readonly note: string | null;
  /** Whom it is assigned to; null: nobody any more. */
  readonly to: string | null;
  /** End of the snooze, Unix milliseconds. */
  readonly until: number | null;
}

export type WorkRecord = WorkCondition | WorkAct;

export function workKey(record: WorkRecord): string {
  return `${record.kind}/${record.id}`;
}
