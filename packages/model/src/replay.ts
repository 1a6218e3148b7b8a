import type { RejectionCode } from "./rejection.ts";

/** That a rejected message was sent through the flow again, and what became of it. */
export interface Replay {
  /** The rejection's id, time and code. */
  readonly id: string;
  readonly time: number;
  readonly code: RejectionCode;
  /** When it was replayed, Unix milliseconds. */
  readonly at: number;
  /**
   * `readings`: the message is repaired. `rejection`: it was rejected for another reason, which stands in its place.
   * `undecided`: it needs what earlier messages announced, which nobody had announced by then.
   */
  readonly outcome: "readings" | "rejection" | "undecided";
  /** How many readings it gives. */
  readonly readings: number;
  /** The id of the rejection in its place. */
  readonly rejection: string | null;
}
