import type { Device } from "@kota/model";
import type { Loop } from "./loop.ts";

/** A recording of a city and the devices that play it: what a reader makes a feed of. */
export interface Recording {
  readonly files: readonly string[];
  /** The city's recorded devices; a reader takes those it has rows for. */
  readonly devices: readonly Device[];
  readonly loop: Loop;
  /** Pace of a derived curve, milliseconds. */
  readonly everyMs: number;
  readonly timeZone: string;
}
