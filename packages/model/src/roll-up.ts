/**
 * A mergeable summary of one series over one hour. `count` and `sum` are over distinct times, so that a reading
 * that comes twice counts once.
 */
export interface RollUp {
  readonly device: string;
  readonly metric: string;
  /** Start of the hour, Unix milliseconds, UTC. */
  readonly start: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly first: number;
  readonly firstTime: number;
  readonly last: number;
  readonly lastTime: number;
  /** Readings of the hour that the score model's quality rules flag: they are in none of the numbers above. */
  readonly flagged?: { readonly range: number; readonly rate: number };
  /** The rules they were flagged by; left out: none. */
  readonly rules?: string;
  /** Where the scorer stood in the log of readings: everything of this hour before that offset is in it. */
  readonly through?: { readonly partition: number; readonly offset: number };
}
