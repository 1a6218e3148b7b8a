import { type Message, messageOf, type RejectionCode } from "@kota/model";
import { ZodError } from "zod";
import type { Adapter, DecodeContext, DecodedReading } from "./adapter.ts";
import { BoundedMap } from "./bounded-map.ts";
import { createWhyNone } from "./closest-adapter.ts";
import { describeProblem, excerpt } from "./explain.ts";
import { matchesTopic } from "./matches-topic.ts";
import { Refusal } from "./refusal.ts";
import { createZone } from "./zone.ts";

export type DecodeOutcome =
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
    };

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

/**
 * Decodes messages with the first of `adapters` that claims them: by topic, else by shape. Payloads are text in UTF-8
 * (a byte order mark is skipped) and are parsed once.
 */
export function createDecoder(adapters: readonly Adapter[], options: { readonly timeZone: string }): Decoder {
  const zone = createZone(options.timeZone);
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
    if (route.byTopic) return route.byTopic;
    if (route.byShape?.claims.shape?.(json, topic)) return route.byShape;
    route.byShape = adapters.find((adapter) => adapter.claims.shape?.(json, topic)) ?? null;
    return route.byShape;
  }

  return {
    decode(message) {
      const route = routeOf(message.topic);
      const owner = route.byTopic?.label ?? null;
      if (message.payload.length === 0) {
        return rejected(owner, "empty_payload", "The payload is empty: expected JSON.");
      }
      if (route.silent) return rejected(route.silent.adapter.label, "no_values", route.silent.reason);
      let text: string;
      try {
        text = utf8.decode(message.payload);
      } catch {
        return rejected(owner, "not_utf8", notText(message.payload));
      }
      let json: unknown;
      try {
        json = JSON.parse(text);
      } catch (error) {
        return rejected(owner, "not_json", notJson(text, messageOf(error)));
      }
      let adapter: Adapter | null = route.byTopic;
      try {
        adapter = claimant(route, json, message.topic);
        if (!adapter) return rejected(null, "no_adapter", whyNone(json, message.topic));
        const context: DecodeContext = { message, zone };
        const readings = adapter.read(json, context);
        if (readings instanceof ZodError) {
          return rejected(
            adapter.label,
            "schema_mismatch",
            `${adapter.title}: ${describeProblem(readings, json)}.`,
          );
        }
        return problemWith(readings, adapter) ?? { ok: true, adapter: adapter.label, readings };
      } catch (error) {
        const label = adapter?.label ?? null;
        if (error instanceof Refusal) return rejected(label, error.code, error.message, error.device);
        return rejected(
          label,
          "adapter_failed",
          `The adapter ${label ?? "that looked at the payload"} failed: ${excerpt(messageOf(error), 200)}. Please report it with this payload.`,
        );
      }
    },
  };
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
