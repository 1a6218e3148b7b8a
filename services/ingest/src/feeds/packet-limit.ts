/** Looks at the bytes of a connection as they come; returns the length of a packet that is over the limit, or 0. */
export type PacketLimit = (chunk: Uint8Array) => number;

const LENGTH_BITS = 0x7f;
const MORE_FOLLOWS = 0x80;

/**
 * Follows the MQTT framing (one byte of type, then the remaining length in one to four bytes) and no more, so that a
 * packet's announced length is known before its body is buffered: an MQTT parser keeps every byte of an incomplete
 * packet, and MQTT allows 256 MB.
 */
export function createPacketLimit(maxBytes: number): PacketLimit {
  let bodyLeft = 0;
  let inLength = false;
  let length = 0;
  let shift = 0;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (inLength) {
        const byte = chunk[at++] ?? 0;
        length += (byte & LENGTH_BITS) * 2 ** shift;
        shift += 7;
        // A fifth length byte is malformed: the parser says so, and closes the connection.
        if ((byte & MORE_FOLLOWS) !== 0 && shift < 28) continue;
        if (length > maxBytes) return length;
        inLength = false;
        bodyLeft = length;
      } else if (bodyLeft > 0) {
        const skipped = Math.min(bodyLeft, chunk.length - at);
        bodyLeft -= skipped;
        at += skipped;
      } else {
        at++;
        inLength = true;
        length = 0;
        shift = 0;
      }
    }
    return 0;
  };
}
