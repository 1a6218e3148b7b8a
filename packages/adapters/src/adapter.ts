import type { Message } from "@kota/model";
import type { z } from "zod";
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
}

/** Which messages are an adapter's. */
export interface Claims {
  /** MQTT topic filters: every message on them is this adapter's. */
  readonly topics?: readonly string[];
  /** Recognises the adapter's messages on any other topic or route. Cheap, and total: it sees every shape there is. */
  readonly shape?: (json: unknown, topic: string) => boolean;
  /**
   * Filters of messages that belong to the same devices and never hold values, each with a sentence that says what they
   * are. They are rejected as `no_values` unread, and need not be JSON.
   */
  readonly silent?: Readonly<Record<string, string>>;
}

/** An adapter for devices that send JSON. */
export interface AdapterSpec<T> {
  /** Kebab-case, the name of the adapter's folder, for ever: the registry and every reading refer to it. */
  readonly id: string;
  readonly title: string;
  /** Goes up whenever the same message would decode to something else. */
  readonly version: number;
  /** The vendor's documentation of the format. */
  readonly source: string;
  readonly claims: Claims;
  /** The vendor's shape, as far as `decode` relies on it. */
  readonly schema: z.ZodType<T>;
  /**
   * Pure and quick. Refuses by throwing what `refuse` makes; anything else that it throws counts as a defect.
   * No reading at all is `no_values`.
   */
  readonly decode: (value: T, context: DecodeContext) => readonly DecodedReading[];
}

/** What the decoder works with: a spec whose payload type is closed over. `input` tells kinds of payload apart. */
export interface Adapter {
  readonly input: "json";
  readonly id: string;
  readonly title: string;
  readonly version: number;
  readonly source: string;
  readonly claims: Claims;
  readonly schema: z.ZodType;
  /** `id@version`, as readings and rejections carry it. */
  readonly label: string;
  /** The readings of a payload, or the ZodError that says why it has not the adapter's shape. */
  readonly read: (json: unknown, context: DecodeContext) => readonly DecodedReading[] | z.ZodError;
}

export function defineAdapter<T>(spec: AdapterSpec<T>): Adapter {
  const { id, title, version, source, claims, schema, decode } = spec;
  return {
    input: "json",
    id,
    title,
    version,
    source,
    claims,
    schema,
    label: `${id}@${version}`,
    read: (json, context) => {
      const parsed = schema.safeParse(json);
      return parsed.success ? decode(parsed.data, context) : parsed.error;
    },
  };
}
