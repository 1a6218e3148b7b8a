/** One MQTT publication of a virtual device. */
export interface Publication {
  /** When the device sends it, Unix milliseconds. */
  readonly at: number;
  readonly topic: string;
  readonly payload: string;
}

/**
 * A source of publications. A pure function of time: the same range gives the same publications, so that publishing a
 * range twice changes nothing behind it.
 */
export interface Feed {
  readonly id: string;
  /** Publications with `from` <= at < `to`, in any order. */
  publications(from: number, to: number): Publication[];
}
