/** The bytes as they came, with where and when. Never altered, so that it can be decoded again later. */
export interface Message {
  /** MQTT topic, or the route of the HTTP endpoint that took it. */
  readonly topic: string;
  readonly payload: Uint8Array;
  /** When kota received it, Unix milliseconds. */
  readonly receivedAt: number;
  /** The way it came in: `mqtt`, `http` or `import`. */
  readonly source: string;
  /** The sender marked it as a possible redelivery (MQTT DUP). A hint only: never proof of a duplicate. */
  readonly redelivered?: boolean;
  /** What the transport said beside the payload and a decoder needs (HTTP headers, lower case). */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Of a message that is replayed because somebody wants it: no quota holds it back again. */
export const REPLAYED_ATTRIBUTE = "kota-replayed";

export function isReplayed({ attributes }: Pick<Message, "attributes">): boolean {
  return attributes?.[REPLAYED_ATTRIBUTE] !== undefined;
}

/** Source of old readings that were handed in from files: the city's age limit is not theirs. */
export const IMPORT_SOURCE = "import";
