import type { JsonObject } from "./json.ts";
import type { CodecMapping } from "./mapping/codec-mapping.ts";

/** One uplink of a LoRaWAN device, as the device sent it. */
export interface RawUplink {
  /** After decryption. */
  readonly bytes: Uint8Array;
  /** LoRaWAN port, 0 to 255. */
  readonly fPort: number;
  /** When the network server received it, Unix milliseconds. */
  readonly recvTime: number;
}

/** What reads the bytes of a device: the codec of its maker, in a sandbox. */
export interface PayloadCodec {
  readonly name: string;
  /** Name and hash of the content, as readings carry it: `bin-level.1f3a9c2e`. */
  readonly label: string;
  /** Which fields are which metrics; null: as their names say. */
  readonly mapping: CodecMapping | null;
  /**
   * The fields that the bytes hold.
   * @throws Refusal `codec_failed` with the codec's own words, or `codec_suspended`
   */
  decode(uplink: RawUplink, device: string): JsonObject;
}

/** The codec of a device, by the adapter of the message and the id that the device has in it; null: it has none. */
export type CodecFor = (adapter: string, device: string, topic: string) => PayloadCodec | null;
