import type { Message } from "@kota/model";
import { z } from "zod";
import type { Announced } from "./announcements.ts";
import type { PayloadCodec } from "./payload-codec.ts";
import type { Zone } from "./zone.ts";

/** The values of one device at one time, in the names and units of the metric catalogue. */
export interface DecodedReading {
  /** The id that the device has in its own messages. */
  readonly device: string;
  /**
   * Set for every sensor of a device but its main one, when several measure the same metric: the second counter of a
   * dust station, switch 2 of a power strip, a probe on a cable. Letters, digits, '.', ':', '_' and '-'.
   */
  readonly channel?: string;
  /** Event time, Unix milliseconds; null: the message does not say, so it is the receive time. */
  readonly time: number | null;
  /** Never empty, always finite. */
  readonly values: Readonly<Record<string, number>>;
  /** Where the device says it is, WGS 84 degrees. */
  readonly position?: { readonly lat: number; readonly lon: number };
}

/** What a decode function knows beside the parsed payload. */
export interface DecodeContext {
  readonly message: Message;
  /** The city's time zone, for device times without one. */
  readonly zone: Zone;
  /** What the adapter's own earlier messages said about later ones. */
  readonly announced: Announced;
  /**
   * What reads the bytes of a device, by the id that it has in its messages; null: nothing does. Asked only when bytes
   * came and are to be read, because the readings then carry the codec's name.
   */
  readonly codecFor: (device: string) => PayloadCodec | null;
}

/** Which messages are an adapter's. `P` is the payload: JSON, text or bytes. */
export interface Claims<P = unknown> {
  /** MQTT topic filters: every message on them is this adapter's. */
  readonly topics?: readonly string[];
  /**
   * Recognises the adapter's messages on any other topic or route. Cheap, and total: it sees every payload there is, an
   * adapter of texts those that are no JSON, an adapter of bytes those that are no text.
   */
  readonly shape?: (payload: P, topic: string) => boolean;
  /**
   * Whether an earlier message of the adapter said that those on this topic are its own. Cheap: a look-up. Asked last, and
   * only of adapters of text.
   */
  readonly announced?: (topic: string, announced: Announced) => boolean;
  /**
   * Filters of messages that belong to the same devices and never hold values, each with a sentence that says what they
   * are. They are rejected as `no_values` unread, and need not be JSON.
   */
  readonly silent?: Readonly<Record<string, string>>;
}

interface Named<P> {
  /** Kebab-case, the name of the adapter's folder, for ever: the registry and every reading refer to it. */
  readonly id: string;
  readonly title: string;
  /** Goes up whenever the same message would decode to something else. */
  readonly version: number;
  /** The vendor's documentation of the format. */
  readonly source: string;
  readonly claims: Claims<P>;
  /**
   * The form of what `decode` announces, for adapters that do: it outlives the process, so that it may come from another
   * version of the adapter. What has another form is forgotten.
   */
  readonly announcement?: z.ZodType | undefined;
}

/**
 * Pure and quick, apart from what it announces. Refuses by throwing what `refuse` makes; anything else that it throws
 * counts as a defect. No reading at all is `no_values`.
 */
type Decode<T> = (value: T, context: DecodeContext) => readonly DecodedReading[];

/** An adapter for devices that send JSON. */
export interface AdapterSpec<T> extends Named<unknown> {
  /** The vendor's shape, as far as `decode` relies on it. */
  readonly schema: z.ZodType<T>;
  /**
   * A short cut for adapters whose messages come by the hundred thousand: whether the schema certainly takes the payload as
   * it is. Where it says no, the schema decides and says why, so that the schema alone is what counts.
   */
  readonly fits?: (json: unknown) => json is T;
  readonly decode: Decode<T>;
}

/** An adapter for devices that send text of another kind: UTF-8, without a byte order mark. */
export interface TextAdapterSpec extends Named<string> {
  readonly decode: Decode<string>;
}

/** An adapter for devices that send bytes. */
export interface BytesAdapterSpec extends Named<Uint8Array> {
  readonly decode: Decode<Uint8Array>;
}

/** What the decoder works with: a spec whose payload type is closed over. `input` tells kinds of payload apart. */
export interface Adapter {
  readonly input: "json" | "text" | "bytes";
  readonly id: string;
  readonly title: string;
  readonly version: number;
  readonly source: string;
  readonly claims: Omit<Claims, "shape">;
  readonly schema: z.ZodType;
  readonly announcement: z.ZodType | undefined;
  /** `id@version`, as readings and rejections carry it. */
  readonly label: string;
  /** Whether `claims.shape` recognises a payload of the adapter's kind. */
  readonly recognises: (payload: unknown, topic: string) => boolean;
  /** The readings of a payload of the adapter's kind, or the ZodError that says why it has not the adapter's shape. */
  readonly read: (payload: unknown, context: DecodeContext) => readonly DecodedReading[] | z.ZodError;
}

export function defineAdapter<T>(spec: AdapterSpec<T>): Adapter {
  const { schema, fits, decode } = spec;
  return {
    ...closed("json", spec),
    schema,
    read: (json, context) => {
      if (fits?.(json)) return decode(json, context);
      const parsed = schema.safeParse(json);
      return parsed.success ? decode(parsed.data, context) : parsed.error;
    },
  };
}

export function defineTextAdapter(spec: TextAdapterSpec): Adapter {
  return {
    ...closed("text", spec),
    schema: z.string(),
    read: (text, context) => spec.decode(text as string, context),
  };
}

export function defineBytesAdapter(spec: BytesAdapterSpec): Adapter {
  return {
    ...closed("bytes", spec),
    schema: z.instanceof(Uint8Array),
    read: (payload, context) => spec.decode(payload as Uint8Array, context),
  };
}

function closed<P>(input: Adapter["input"], { id, title, version, source, claims, announcement }: Named<P>) {
  const { shape } = claims;
  return {
    input,
    id,
    title,
    version,
    source,
    claims,
    announcement,
    label: `${id}@${version}`,
    recognises: (payload: unknown, topic: string): boolean => shape?.(payload as P, topic) ?? false,
  };
}
