import { createHash } from "node:crypto";
import { createAppender, type EventLog, MESSAGES, REJECTIONS } from "@kota/event-log";
import { isAlertTopic, KotaError, type Message, messageOf, type Rejection } from "@kota/model";
import { type Clock, type Logger, type Metrics, retrying } from "@kota/runtime";

export interface IntakeDependencies {
  readonly log: Pick<EventLog, "append" | "appendEveryMs">;
  /** Larger payloads are rejected. Bytes. */
  readonly maxPayloadBytes: number;
  /** More messages than this should not wait for the log at one time; see {@link Intake.hasRoom}. */
  readonly maxWaiting: number;
  readonly source: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Takes messages as they come and puts them into the log. It decodes nothing. */
export interface Intake {
  /**
   * Resolves when the message, or its rejection, is durable in the log: only then may it be acknowledged. Rejects only
   * when the log will not take it whatever is done; a failure that passes is waited out. Messages that become durable
   * together share one promise. What kota itself publishes, its alerts, is no message: it resolves at once.
   */
  accept(
    topic: string,
    payload: Uint8Array,
    redelivered: boolean,
    attributes?: Message["attributes"],
  ): Promise<void>;
  /** False while so much waits for the log that a feed should take no more until {@link room} resolves. */
  readonly hasRoom: boolean;
  room(): Promise<void>;
  /** Why messages do not become durable, one sentence each; empty when they do. */
  notReady(): readonly string[];
  /** Resolves when nothing waits for the log, or after `timeoutMs`. */
  drained(timeoutMs: number): Promise<void>;
  /** Gives up what still waits: it is not acknowledged, so its sender has it. */
  stop(): void;
}

/** A rejection keeps this much of a payload that is too large. */
const KEPT_BYTES = 64 * 1024;
/** Topic (at most six bytes for a character when JSON escapes it) and payload stay below what Kafka takes in one record. */
const MAX_RECORD_BYTES = 1_000_000;
const JSON_BYTES_PER_CHARACTER = 6;
/** With a log that stands still, payloads that wait may take up this much memory before feeds are told to pause. */
const MAX_WAITING_BYTES = 128 * 1024 * 1024;
const OLD_MS = 10_000;

/** Messages that become durable together. */
interface Flush {
  readonly since: number;
  messages: number;
  bytes: number;
}

export function createIntake(deps: IntakeDependencies): Intake {
  const { clock, logger, metrics, source } = deps;
  const stopping = new AbortController();
  const flushes = new Map<Promise<void>, Flush>();
  let waiting = 0;
  let waitingBytes = 0;
  let shownWaiting = 0;
  let uncounted = 0;
  let problem: string | undefined;
  let wakers: (() => void)[] = [];

  const steadyLog: IntakeDependencies["log"] = {
    appendEveryMs: deps.log.appendEveryMs,
    append: (topic, values) =>
      retrying(() => deps.log.append(topic, values), {
        signal: stopping.signal,
        onRetry: (error, attempt, pauseMs) => {
          problem = `The log does not take messages (${messageOf(error)}). They wait unacknowledged; kota tries again by itself.`;
          metrics.retries.inc({ service: "ingest" });
          logger.warn(
            { err: error, attempt, pauseMs: Math.round(pauseMs) },
            "the log did not take a batch; trying again",
          );
        },
      }),
  };
  const rejections = createAppender(steadyLog, REJECTIONS);
  const messages = createAppender(
    {
      appendEveryMs: steadyLog.appendEveryMs,
      append: (topic, values) =>
        appendFitting(
          (part) => steadyLog.append(topic, part),
          values,
          // Only messages go this way.
          (value, reason) => reject(value as Message, reason),
        ),
    },
    MESSAGES,
  );

  const hasRoom = () => waiting < deps.maxWaiting && waitingBytes < MAX_WAITING_BYTES;

  function settled(stored: Promise<void>, error?: unknown): void {
    const flush = flushes.get(stored);
    if (!flush) return;
    flushes.delete(stored);
    waiting -= flush.messages;
    waitingBytes -= flush.bytes;
    if (error === undefined) {
      problem = undefined;
    } else if (!stopping.signal.aborted) {
      problem = `The log refuses messages: ${messageOf(error)}`;
      logger.error(
        { err: error, messages: flush.messages },
        "the log refused messages; they stay unacknowledged",
      );
    }
    showWaiting();
    if (wakers.length > 0 && hasRoom()) {
      const woken = wakers;
      wakers = [];
      for (const wake of woken) wake();
    }
  }

  // Several intakes of one process share the gauge.
  function showWaiting(): void {
    metrics.messagesInFlight.inc(waiting - shownWaiting);
    shownWaiting = waiting;
  }

  // Counted once a turn of the event loop: a counter costs more than the rest of this path.
  function count(): void {
    if (uncounted++ === 0) {
      setImmediate(() => {
        metrics.messagesReceived.inc({ source }, uncounted);
        showWaiting();
        uncounted = 0;
      });
    }
  }

  function track(stored: Promise<void>, bytes: number, now: number): void {
    let flush = flushes.get(stored);
    if (!flush) {
      flush = { since: now, messages: 0, bytes: 0 };
      flushes.set(stored, flush);
      stored.then(
        () => settled(stored),
        (error: unknown) => settled(stored, error),
      );
    }
    flush.messages++;
    flush.bytes += bytes;
    waiting++;
    waitingBytes += bytes;
  }

  function reject(message: Message, reason = whyTooLarge(message, deps.maxPayloadBytes)): Promise<void> {
    metrics.rejections.inc({ stage: "ingest", code: "payload_too_large" });
    return rejections.add(tooLarge(message, reason));
  }

  function fits(topic: string, payload: Uint8Array): boolean {
    return (
      payload.length <= deps.maxPayloadBytes &&
      payload.length + topic.length * JSON_BYTES_PER_CHARACTER <= MAX_RECORD_BYTES
    );
  }

  return {
    accept(topic, payload, redelivered, attributes) {
      if (isAlertTopic(topic)) return Promise.resolve();
      const receivedAt = clock();
      count();
      const message: Message = {
        topic,
        payload,
        receivedAt,
        source,
        ...(redelivered ? { redelivered } : undefined),
        ...(attributes ? { attributes } : undefined),
      };
      if (!fits(topic, payload)) {
        const stored = reject(message);
        track(stored, KEPT_BYTES, receivedAt);
        return stored;
      }
      const stored = messages.add(message);
      track(stored, payload.length, receivedAt);
      return stored;
    },
    get hasRoom() {
      return hasRoom();
    },
    room() {
      if (hasRoom()) return Promise.resolve();
      return new Promise((resolve) => wakers.push(resolve));
    },
    notReady() {
      const reasons: string[] = problem === undefined ? [] : [problem];
      const oldest = flushes.values().next().value;
      const age = oldest ? clock() - oldest.since : 0;
      if (age > OLD_MS) {
        reasons.push(
          `The oldest of ${waiting} messages has waited ${Math.round(age / 1000)} s for the log; it should be well below 1 s.`,
        );
      }
      return reasons;
    },
    async drained(timeoutMs) {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<"late">((resolve) => {
        timer = setTimeout(resolve, timeoutMs, "late");
      });
      const empty = async () => {
        while (flushes.size > 0) await Promise.allSettled(flushes.keys());
      };
      if ((await Promise.race([empty(), timeout])) === "late") {
        logger.warn(
          { messages: waiting },
          "stopping with messages that are not durable; their senders send them again",
        );
      }
      clearTimeout(timer);
    },
    stop() {
      stopping.abort();
    },
  };
}

/**
 * Appends values in their order. Those that fit into no record of the log are looked for by halving and left to `refuse`:
 * kept back they would come again for ever, and hold up all that comes behind them.
 */
async function appendFitting<T>(
  append: (values: readonly T[]) => Promise<void>,
  values: readonly T[],
  refuse: (value: T, reason: string) => Promise<void>,
): Promise<void> {
  try {
    await append(values);
  } catch (error) {
    if (!(error instanceof KotaError) || error.code !== "log_too_large") throw error;
    const [value] = values;
    if (value === undefined) return;
    if (values.length === 1) return refuse(value, `The log takes no message of this size. ${error.message}`);
    const half = values.length >> 1;
    await appendFitting(append, values.slice(0, half), refuse);
    await appendFitting(append, values.slice(half), refuse);
  }
}

function whyTooLarge({ topic, payload }: Message, maxBytes: number): string {
  return payload.length > maxBytes
    ? `The payload has ${payload.length} bytes; the city allows ${maxBytes}. Send less, or raise limits.maxPayloadBytes in city.yaml.`
    : `The topic has ${topic.length} characters and the payload ${payload.length} bytes, together more than one record of the log holds. Use a shorter topic.`;
}

function tooLarge(message: Message, reason: string): Rejection {
  const { topic, payload, receivedAt: time, source, attributes } = message;
  const kept = Buffer.from(payload.buffer, payload.byteOffset, Math.min(payload.length, KEPT_BYTES));
  return {
    // The receive time is part of it: a device that sends the same oversized payload every minute is rejected every minute.
    id: createHash("sha256")
      .update(JSON.stringify(["ingest", "payload_too_large", source, topic, time, payload.length]))
      .update(kept)
      .digest("base64url"),
    time,
    stage: "ingest",
    code: "payload_too_large",
    reason,
    topic,
    source,
    payload: kept.toString("base64"),
    size: payload.length,
    ...(attributes ? { attributes } : {}),
    adapter: null,
    device: null,
  };
}
