import { type Message, matchesTopic, messageOf, type RejectionCode } from "@kota/model";
import type { Adapter } from "./adapter.ts";
import { createDecoder, type DecodeOutcome, type DecoderOptions } from "./decoder.ts";
import { describeProblem, excerpt, problemOf } from "./explain.ts";
import { forkAnnouncements } from "./forked-announcements.ts";

/** What a payload is to the adapters: those of another kind are not asked. */
type PayloadKind = "json" | "text" | "bytes" | "empty";

/** What one adapter says to a message. */
export interface AdapterAnswer {
  readonly id: string;
  readonly title: string;
  /** The kind of payload that it reads. */
  readonly input: Adapter["input"];
  /** Its topic filter that the message's topic matches; null: none does. */
  readonly topic: string | null;
  /**
   * `decodes`: the message is this adapter's. `able`: it would read it, if it came on one of its topics or no other adapter
   * came before. `declines`: it would not.
   */
  readonly says: "decodes" | "able" | "declines";
  readonly code: RejectionCode | null;
  /** It declines, and what it says tells more than that the message is another's. */
  readonly isNear: boolean;
  /** Why it declines, as a sentence; null when it does not. */
  readonly reason: string | null;
  /** The field of the JSON that it stumbled over, with dots between the levels; null when it is none. */
  readonly field: string | null;
}

/** A message with what becomes of it, and what every adapter says to it. */
export interface Asked {
  readonly payload: PayloadKind;
  /** Why the payload is no JSON, for a person; null when it is. */
  readonly notJson: string | null;
  readonly outcome: DecodeOutcome;
  /** In the order in which they are asked; the one that decodes it first, then those that came nearest. */
  readonly answers: readonly AdapterAnswer[];
}

/** Decodes a message and asks every adapter what it would say to it, whatever the topic. `before` came earlier. */
export function askAdapters(
  adapters: readonly Adapter[],
  message: Message,
  options: DecoderOptions & { readonly before?: readonly Message[] },
): Asked {
  const { before = [], announcements: known, ...decoding } = options;
  const decode = (those: readonly Adapter[]): DecodeOutcome => {
    // What one announces here the next does not know, and nobody later.
    const announcements = known && forkAnnouncements(known);
    const decoder = createDecoder(those, { ...decoding, ...(announcements ? { announcements } : {}) });
    for (const earlier of before) decoder.decode(earlier);
    return decoder.decode(message);
  };
  const outcome = decode(adapters);
  const { kind, json, notJson } = looked(message.payload);
  const answers = adapters.map((adapter): AdapterAnswer & { readonly nearness: number } => {
    const { id, title, input, label } = adapter;
    const topic = adapter.claims.topics?.find((filter) => matchesTopic(filter, message.topic)) ?? null;
    const head = { id, title, input, topic };
    const takes = { code: null, isNear: false, reason: null, field: null };
    if (outcome.ok && outcome.adapter === label) return { ...head, ...takes, says: "decodes", nearness: 4 };
    const alone = decode([forEveryTopic(adapter)]);
    if (alone.ok) return { ...head, ...takes, says: "able", nearness: 3 };
    const isNear = !outcome.ok && comesNear(alone.code, outcome.code, adapter);
    const problem =
      input === "json" && kind === "json" && alone.code === "schema_mismatch"
        ? shapeProblem(adapter, json)
        : null;
    return {
      ...head,
      says: "declines",
      code: alone.code,
      isNear,
      reason: problem?.reason ?? alone.reason,
      field: problem?.field ?? null,
      nearness: (topic === null ? 0 : 1) + (problem?.nearness ?? (isNear ? 0.5 : 0)),
    };
  });
  return {
    payload: kind,
    notJson,
    outcome,
    answers: answers.sort((a, b) => b.nearness - a.nearness).map(({ nearness: _, ...answer }) => answer),
  };
}

/** The adapter as one that every message is given to, whatever its topic. */
export function forEveryTopic(adapter: Adapter): Adapter {
  return { ...adapter, claims: { topics: ["#", "$SYS/#"] } };
}

/** An adapter of JSON that only misses the shape is in the reason already; one of text or bytes is not. */
function comesNear(refusal: RejectionCode, code: RejectionCode, { input }: Adapter): boolean {
  if (refusal === "schema_mismatch") {
    return (code === "not_json" && input === "text") || (code === "not_utf8" && input === "bytes");
  }
  return !["no_values", "not_json", "not_utf8", "empty_payload"].includes(refusal);
}

function shapeProblem(
  adapter: Adapter,
  json: unknown,
): { readonly reason: string; readonly field: string | null; readonly nearness: number } | null {
  const parsed = adapter.schema.safeParse(json);
  if (parsed.success) return null;
  const { path } = problemOf(parsed.error, json);
  return {
    reason: `${describeProblem(parsed.error, json)}.`,
    field: path.length === 0 ? null : path.map(String).join("."),
    nearness: path.length / (path.length + 4),
  };
}

function looked(payload: Uint8Array): {
  readonly kind: PayloadKind;
  readonly json?: unknown;
  readonly notJson: string | null;
} {
  if (payload.length === 0) return { kind: "empty", notJson: "The payload is empty." };
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(payload);
  } catch {
    return { kind: "bytes", notJson: "The payload is no text in UTF-8." };
  }
  try {
    return { kind: "json", json: JSON.parse(text), notJson: null };
  } catch (error) {
    return { kind: "text", notJson: `The payload is no JSON: ${excerpt(messageOf(error), 160)}.` };
  }
}
