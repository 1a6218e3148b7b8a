/** A QoS 0 or QoS 1 message as it stands in the bytes of a connection. */
export interface Publish {
  readonly topic: string;
  /** A view of the received bytes. */
  readonly payload: Buffer;
  /** 0: QoS 0, which has none. */
  readonly messageId: number;
  readonly redelivered: boolean;
  readonly retained: boolean;
}

export interface PublishSplitter {
  /** Takes the next bytes of the connection. Only once {@link next} has given null. */
  push(chunk: Buffer): void;
  /**
   * What comes next in the bytes so far: a message; everything else, for an MQTT client to deal with; or null, when more
   * bytes are needed.
   */
  next(): Publish | Buffer | null;
}

const TYPE_PUBLISH = 3;
const FLAG_DUP = 0x08;
const FLAG_RETAIN = 0x01;
const LENGTH_BITS = 0x7f;
const MORE_FOLLOWS = 0x80;
const MAX_LENGTH_BYTES = 4;
const NO_BYTES = Buffer.alloc(0);

/**
 * Takes the messages out of what a broker sends, and leaves every other packet as it is. A message is read where it lies:
 * an MQTT client's streams and packets cost four times as much, and are what ingest would spend most of its time on.
 *
 * What is not an ordinary QoS 0 or QoS 1 PUBLISH (another QoS, no topic, a length that does not add up) is left to the
 * client too, which knows what to say about it.
 */
export function createPublishSplitter(protocolVersion: 4 | 5): PublishSplitter {
  let bytes: Buffer = NO_BYTES;
  let at = 0;
  /** Chunks of a packet that is not whole yet, and how many bytes it takes until it is. */
  let parts: Buffer[] = [];
  let missing = 0;

  return {
    push(chunk) {
      if (parts.length === 0 && at >= bytes.length) {
        bytes = chunk;
        at = 0;
        return;
      }
      if (parts.length === 0) {
        parts.push(at === 0 ? bytes : bytes.subarray(at));
        bytes = NO_BYTES;
        at = 0;
      }
      parts.push(chunk);
      missing -= chunk.length;
      // Joined once when the packet is whole, not with every chunk: a packet may have megabytes.
      if (missing > 0) return;
      bytes = Buffer.concat(parts);
      parts = [];
    },

    next() {
      // Packets that are not messages and follow each other are passed on together.
      const start = at;
      while (at < bytes.length) {
        const end = endOfPacket(bytes, at);
        if (end > bytes.length) {
          if (at > start) break;
          missing = end - bytes.length;
          return null;
        }
        const publish = publishIn(bytes, at, end, protocolVersion);
        if (publish === null) {
          at = end;
          continue;
        }
        if (at > start) break;
        at = end;
        return publish;
      }
      return at > start ? bytes.subarray(start, at) : null;
    },
  };
}

/** Where the packet that begins at `at` ends; beyond the bytes: it is not whole, and that much is missing at least. */
function endOfPacket(bytes: Buffer, at: number): number {
  let length = 0;
  for (let n = 1; n <= MAX_LENGTH_BYTES; n++) {
    const byte = bytes[at + n];
    if (byte === undefined) return bytes.length + 1;
    length |= (byte & LENGTH_BITS) << (7 * (n - 1));
    if ((byte & MORE_FOLLOWS) === 0) return at + n + 1 + length;
  }
  // A fifth byte is malformed; from here on nothing can be told apart.
  return bytes.length;
}

function publishIn(bytes: Buffer, start: number, end: number, protocolVersion: 4 | 5): Publish | null {
  const first = bytes[start] ?? 0;
  const qos = (first >> 1) & 3;
  if (first >> 4 !== TYPE_PUBLISH || qos > 1) return null;
  let at = start + 1;
  while (((bytes[at] ?? 0) & MORE_FOLLOWS) !== 0) at++;
  at++;
  const topicStart = at + 2;
  const topicEnd = topicStart + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  at = topicEnd;
  let messageId = 0;
  if (qos === 1) {
    messageId = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    at += 2;
  }
  if (protocolVersion === 5) {
    let length = 0;
    let shift = 0;
    for (;;) {
      const byte = bytes[at++] ?? 0;
      length += (byte & LENGTH_BITS) * 2 ** shift;
      shift += 7;
      if ((byte & MORE_FOLLOWS) === 0) break;
    }
    at += length;
  }
  if (at > end || topicEnd === topicStart || (qos === 1 && messageId === 0)) return null;
  return {
    topic: bytes.toString("utf8", topicStart, topicEnd),
    payload: bytes.subarray(at, end),
    messageId,
    redelivered: (first & FLAG_DUP) !== 0,
    retained: (first & FLAG_RETAIN) !== 0,
  };
}
