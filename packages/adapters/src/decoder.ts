import { type Message, matchesTopic, messageOf, type RejectionCode } from "@kota/model";
import { ZodError } from "zod";
import type { Adapter, DecodeContext, DecodedReading } from "./adapter.ts";
import { type Announcements, createAnnouncements } from "./announcements.ts";
import { BoundedMap } from "./bounded-map.ts";
import { createWhyNone } from "./closest-adapter.ts";
import { describeProblem, excerpt } from "./explain.ts";
import type { CodecFor, PayloadCodec } from "./payload-codec.ts";
import { Refusal } from "./refusal.ts";
import { createZone } from "./zone.ts";

export type DecodeOutcome = {
  /** The device's codec that read the bytes, by its label; left out: none did. */
  readonly codec?: string;
} & (
  | { readonly ok: true; readonly adapter: string; readonly readings: readonly DecodedReading[] }
  | {
      readonly ok: false;
      /** The adapter that claimed the message, `id@version`; null: none did. */
      readonly adapter: string | null;
      readonly code: RejectionCode;
      /** A sentence for a person. */
      readonly reason: string;
      /** The device, as the message names it, if that was known by then. */
      readonly device: string | null;
    }
);

export interface Decoder {
  /** The readings of a message, or why it has none. Never throws. */
  decode(message: Message): DecodeOutcome;
}

/** What is known of a topic. */
interface Route {
  /** Claims every message of the topic. */
  readonly byTopic: Adapter | null;
  /** The message is of this adapter and holds no values. */
  readonly silent: { readonly adapter: Adapter; readonly reason: string } | null;
  /** Claimed the topic's last message by its shape, and is asked first. */
  byShape: Adapter | null;
}

const MAX_ROUTES = 50_000;
const MAX_DEVICE_LENGTH = 200;
const MAX_READINGS = 10_000;

export interface DecoderOptions {
  /** The city's, for device times without one. */
  readonly timeZone: string;
  /** What earlier messages announced; default: nothing yet, kept in memory. */
  readonly announcements?: Announcements;
  /** The codecs of devices whose messages hold bytes; default: no device has one. */
  readonly codecFor?: CodecFor;
}

/**
 * Decodes messages with the first of `adapters` that claims them: by topic, else by shape, else because an earlier message
 * announced the topic. Texts (UTF-8, a byte order mark is skipped) are parsed once as JSON and offered to the adapters of
 * JSON, or of texts when they are none; payloads that are no text are offered to the adapters of bytes.
 */
export function createDecoder(adapters: readonly Adapter[], options: DecoderOptions): Decoder {
  const zone = createZone(options.timeZone);
  const announcements = options.announcements ?? createAnnouncements();
  const codecFor: CodecFor = options.codecFor ?? (() => null);
  const jsonAdapters = adapters.filter(({ input }) => input === "json");
  const textAdapters = adapters.filter(({ input }) => input === "text");
  const announcers = textAdapters.filter((adapter) => adapter.claims.announced !== undefined);
  const bytesAdapters = adapters.filter(({ input }) => input === "bytes");
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  const whyNone = createWhyNone(adapters);
  const routes = new BoundedMap<string, Route>(MAX_ROUTES);

  function routeOf(topic: string): Route {
    const known = routes.get(topic);
    if (known) return known;
    const byTopic =
      adapters.find((adapter) => adapter.claims.topics?.some((filter) => matchesTopic(filter, topic))) ??
      null;
    const route: Route = { byTopic, silent: byTopic ? null : silentFor(adapters, topic), byShape: null };
    routes.set(topic, route);
    return route;
  }

  function claimant(route: Route, json: unknown, topic: string): Adapter | null {
    if (route.byShape?.recognises(json, topic)) return route.byShape;
    route.byShape = recognising(jsonAdapters, json, topic);
    return route.byShape;
  }

  function announcer(topic: string): Adapter | null {
    for (const adapter of announcers) {
      if (adapter.claims.announced?.(topic, announcements.of(adapter.label))) return adapter;
    }
    return null;
  }

  function outcomeOf(adapter: Adapter, payload: unknown, message: Message): DecodeOutcome {
    let codec: PayloadCodec | null = null;
    const askedFor = (device: string): PayloadCodec | null => {
      codec = codecFor(adapter.id, device, message.topic);
      return codec;
    };
    const outcome = readWith(adapter, payload, message, askedFor);
    const used = codec as PayloadCodec | null;
    return used === null ? outcome : { ...outcome, codec: used.label };
  }

  function readWith(
    adapter: Adapter,
    payload: unknown,
    message: Message,
    askedFor: DecodeContext["codecFor"],
  ): DecodeOutcome {
    try {
      const context: DecodeContext = {
        message,
        zone,
        announced: announcements.of(adapter.label),
        codecFor: askedFor,
      };
      const readings = adapter.read(payload, context);
      if (readings instanceof ZodError) {
        return rejected(
          adapter.label,
          "schema_mismatch",
          `${adapter.title}: ${describeProblem(readings, payload)}.`,
        );
      }
      return problemWith(readings, adapter) ?? { ok: true, adapter: adapter.label, readings };
    } catch (error) {
      if (error instanceof Refusal) return rejected(adapter.label, error.code, error.message, error.device);
      return failed(adapter.label, error);
    }
  }

  function decode(message: Message, route: Route): DecodeOutcome {
    const { topic, payload } = message;
    const owner = route.byTopic;
    const label = owner?.label ?? null;
    if (payload.length === 0) {
      return rejected(
        label,
        "empty_payload",
        `The payload is empty: expected ${owner && owner.input !== "json" ? owner.title : "JSON"}.`,
      );
    }
    if (route.silent) return rejected(route.silent.adapter.label, "no_values", route.silent.reason);
    if (owner?.input === "bytes") return outcomeOf(owner, payload, message);
    let text: string;
    try {
      text = utf8.decode(payload);
    } catch {
      const adapter = owner ? null : recognising(bytesAdapters, payload, topic);
      return adapter ? outcomeOf(adapter, payload, message) : rejected(label, "not_utf8", notText(payload));
    }
    if (owner?.input === "text") return outcomeOf(owner, text, message);
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      const adapter = owner ? null : (recognising(textAdapters, text, topic) ?? announcer(topic));
      return adapter
        ? outcomeOf(adapter, text, message)
        : rejected(label, "not_json", notJson(text, messageOf(error)));
    }
    const adapter = owner ?? claimant(route, json, topic);
    if (adapter) return outcomeOf(adapter, json, message);
    const announced = announcer(topic);
    return announced
      ? outcomeOf(announced, text, message)
      : rejected(null, "no_adapter", whyNone(json, topic));
  }

  return {
    decode(message) {
      try {
        return decode(message, routeOf(message.topic));
      } catch (error) {
        return failed(null, error);
      }
    },
  };
}

function recognising(adapters: readonly Adapter[], payload: unknown, topic: string): Adapter | null {
  for (const adapter of adapters) if (adapter.recognises(payload, topic)) return adapter;
  return null;
}

function failed(label: string | null, error: unknown): DecodeOutcome {
  return rejected(
    label,
    "adapter_failed",
    `The adapter ${label ?? "that looked at the payload"} failed: ${excerpt(messageOf(error), 200)}. Please report it with this payload.`,
  );
}

function silentFor(adapters: readonly Adapter[], topic: string): Route["silent"] {
  for (const adapter of adapters) {
    for (const [filter, reason] of Object.entries(adapter.claims.silent ?? {})) {
      if (matchesTopic(filter, topic)) return { adapter, reason };
    }
  }
  return null;
}

/** Holds an adapter to its word: at least one reading, each with a device, a time that is one, and finite values. */
function problemWith(readings: readonly DecodedReading[], adapter: Adapter): DecodeOutcome | null {
  if (readings.length === 0) {
    return rejected(
      adapter.label,
      "no_values",
      `${adapter.title}: the payload holds no value that kota can use.`,
    );
  }
  if (readings.length > MAX_READINGS) {
    return rejected(
      adapter.label,
      "schema_mismatch",
      `${adapter.title}: ${readings.length} readings in one message are more than the ${MAX_READINGS} allowed; send several messages.`,
    );
  }
  for (const { device, time, values } of readings) {
    if (device === "" || device.length > MAX_DEVICE_LENGTH) {
      return rejected(
        adapter.label,
        "schema_mismatch",
        `${adapter.title}: expected a device id of 1 to ${MAX_DEVICE_LENGTH} characters, came ${device.length}.`,
      );
    }
    if (time !== null && !Number.isFinite(time)) {
      return rejected(
        adapter.label,
        "time_invalid",
        `${adapter.title}: the time of the reading is not a number.`,
        device,
      );
    }
    let empty = true;
    for (const name in values) {
      empty = false;
      if (!Number.isFinite(values[name])) {
        return rejected(
          adapter.label,
          "not_a_number",
          `${excerpt(name, 60)}: expected a finite number, came ${String(values[name])}.`,
          device,
        );
      }
    }
    if (empty) {
      return rejected(
        adapter.label,
        "no_values",
        `${adapter.title}: a reading of the payload holds no value.`,
        device,
      );
    }
  }
  return null;
}

function rejected(
  adapter: string | null,
  code: RejectionCode,
  reason: string,
  device: string | null = null,
): DecodeOutcome {
  return { ok: false, adapter, code, reason, device };
}

function notText(payload: Uint8Array): string {
  const bytes = Array.from(payload.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `The payload is not text in UTF-8, so it cannot be JSON; it begins with the bytes ${bytes}.`;
}

function notJson(text: string, problem: string): string {
  return `The payload is not JSON: ${excerpt(problem, 160)}. It begins with: ${excerpt(text, 60)}`;
}
