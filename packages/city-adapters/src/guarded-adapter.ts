import { type Adapter, type DecodedReading, refuse } from "@kota/adapters";
import type { Clock, Logger, Metrics } from "@kota/runtime";
import { z } from "zod";
import { OutOfTime } from "./bounded-time.ts";
import type { CodeWatch } from "./code-watch.ts";
import { Suspension } from "./suspension.ts";

/** A strike counts so long, whatever went well since: each holds up all other messages for seconds. */
const REMEMBERED_MS = 600_000;
/** More readings than a message may have are the decoder's to refuse, uncopied. */
const MOST_READINGS = 10_000;

/** Where it is told that an adapter does not come to an end. */
export interface AdapterSurroundings {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly watch: CodeWatch;
}

/** A city's adapter in code, not asked for a while after it did not come to an end too often. */
export interface GuardedAdapter {
  readonly adapter: Adapter;
  /** Until when it is not asked, Unix milliseconds; null: it is asked. */
  suspendedUntil(): number | null;
}

/** An adapter whose endless loops become rejections, each of them a strike that leads to its {@link Suspension}. */
export function guardedAdapter(
  inner: Adapter,
  file: string,
  { clock, logger, metrics, watch }: AdapterSurroundings,
): GuardedAdapter {
  const { id, label } = inner;
  const suspension = new Suspension(clock);
  let lastStrike = Number.NEGATIVE_INFINITY;
  let isToldSuspended = false;
  /** Whether a payload is the adapter's was asked in vain: it is refused in the adapter's name. */
  let isStuck = false;
  /** It is suspended for that, so that it is not asked that either. */
  let sticks = false;

  function strike(): void {
    const now = clock();
    if (now - lastStrike > REMEMBERED_MS + suspension.pauseMs) suspension.forgive();
    lastStrike = now;
    const until = suspension.strike();
    if (until === null) return;
    isToldSuspended = true;
    metrics.adapterSuspended.set({ adapter: id }, 1);
    logger.error(
      { adapter: label, file, strikes: suspension.strikes, until: new Date(until).toISOString() },
      "An adapter of the city does not come to an end and is suspended. Its messages are rejected and can be replayed when it is repaired",
    );
  }

  function suspendedUntil(): number | null {
    const { until } = suspension;
    if (until === null && isToldSuspended) {
      isToldSuspended = false;
      metrics.adapterSuspended.set({ adapter: id }, 0);
    }
    return until;
  }

  /** Whether a payload is the adapter's. One of which that cannot be told is refused as one of its own. */
  function recognising(ask: () => boolean): boolean {
    if (sticks && suspendedUntil() !== null) return false;
    try {
      return watch.call(ask);
    } catch (error) {
      if (!(error instanceof OutOfTime)) throw error;
      isStuck = true;
      sticks = true;
      strike();
      return true;
    }
  }

  function tooSlow(): never {
    return refuse(
      "adapter_failed",
      `The adapter ${label} does not come to an end on this payload. Repair ${file}, which is taken up at once, and replay this message.`,
    );
  }

  const { announced } = inner.claims;
  return {
    suspendedUntil,
    adapter: {
      ...inner,
      claims: announced
        ? {
            ...inner.claims,
            announced: (topic, known) => recognising(() => announced(topic, known)),
          }
        : inner.claims,
      recognises: (payload, topic) => recognising(() => inner.recognises(payload, topic)),
      schema: Object.create(inner.schema, { safeParse: { value: shapeOf } }) as z.ZodType,
      read(payload, context) {
        if (isStuck) {
          isStuck = false;
          return tooSlow();
        }
        const pausedUntil = suspendedUntil();
        if (pausedUntil !== null) {
          refuse(
            "adapter_suspended",
            `The adapter ${label} is suspended until ${new Date(pausedUntil).toISOString()}: it did not come to an end ${suspension.strikes} times. Repair ${file}, which is taken up at once, and replay this message.`,
          );
        }
        try {
          return watch.call(() => plain(inner.read(payload, context)));
        } catch (error) {
          if (!(error instanceof OutOfTime)) throw error;
          sticks = false;
          strike();
          return tooSlow();
        }
      },
    },
  };

  /** The schema may hold code, too. */
  function shapeOf(payload: unknown): ReturnType<z.ZodType["safeParse"]> {
    try {
      return watch.call(() => inner.schema.safeParse(payload));
    } catch (error) {
      if (!(error instanceof OutOfTime)) throw error;
      const message = `the schema of ${label} does not come to an end`;
      return {
        success: false,
        error: new z.ZodError([{ code: "custom", path: [], message, input: payload }]),
      };
    }
  }
}

/** Plain data with the same content: what a getter or a proxy does, it does while it is watched. */
function plain(readings: readonly DecodedReading[] | z.ZodError): readonly DecodedReading[] | z.ZodError {
  if (!Array.isArray(readings) || readings.length > MOST_READINGS) return readings;
  return readings.map(({ device, channel, time, values, position }: DecodedReading) => ({
    device,
    ...(channel === undefined ? {} : { channel }),
    time,
    values: { ...values },
    ...(position === undefined ? {} : { position: { lat: position.lat, lon: position.lon } }),
  }));
}
