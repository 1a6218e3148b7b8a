import { type CodecMapping, type PayloadCodec, refuse } from "@kota/adapters";
import type { Codec, CodecFailure, CodecFailureCode } from "@kota/codecs";
import type { Clock, Logger, Metrics } from "@kota/runtime";
import type { SuspendableCodec } from "./part.ts";
import { Suspension } from "./suspension.ts";

/** What costs the neighbours time: the work up to a limit was done, for nothing. */
const STRIKES: ReadonlySet<CodecFailureCode> = new Set([
  "steps_exceeded",
  "memory_exceeded",
  "engine_failed",
]);
const LONGEST_REASON = 600;

/** Where a codec's failures are told. */
export interface CodecSurroundings {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * A codec whose failures refuse the message in its own words. Going over a limit is a strike that leads to its
 * {@link Suspension}, and what goes well forgives it: so that it takes no time from the devices beside it.
 */
export function guardedCodec(
  { name, label, mapping, codec }: GuardedParts,
  { clock, logger, metrics }: CodecSurroundings,
): SuspendableCodec {
  const suspension = new Suspension(clock);

  function strike(failure: CodecFailure): void {
    const until = suspension.strike();
    if (until === null) return;
    metrics.codecSuspended.set({ codec: name }, 1);
    logger.error(
      { codec: label, code: failure.code, strikes: suspension.strikes, until: new Date(until).toISOString() },
      "A codec goes over its limits and is suspended. Its messages are rejected and can be replayed when it is repaired",
    );
  }

  return {
    name,
    label,
    mapping,
    suspendedUntil: () => suspension.until,
    decode(uplink, device) {
      const { until } = suspension;
      if (until !== null) {
        refuse(
          "codec_suspended",
          `The codec ${name} is suspended until ${new Date(until).toISOString()}: it went over its limits ${suspension.strikes} times in a row. Repair adapters/${name}.js, which is taken up at once, and replay this message.`,
          device,
        );
      }
      const result = codec.decode(uplink);
      if (result.data) {
        if (suspension.hasBegun) metrics.codecSuspended.set({ codec: name }, 0);
        suspension.forgive();
        return result.data;
      }
      metrics.codecFailures.inc({ codec: name, code: result.code });
      if (STRIKES.has(result.code)) strike(result);
      else suspension.forgiveStrikes();
      return refuse("codec_failed", reasonOf(name, result), device);
    },
  };
}

interface GuardedParts {
  readonly name: string;
  readonly label: string;
  readonly mapping: CodecMapping | null;
  readonly codec: Codec;
}

/** The same codec, for examples: it is asked whatever it did before. */
export function unguardedCodec({ name, label, mapping, codec }: GuardedParts): PayloadCodec {
  return {
    name,
    label,
    mapping,
    decode(uplink, device) {
      const result = codec.decode(uplink);
      return result.data ?? refuse("codec_failed", reasonOf(name, result), device);
    },
  };
}

function reasonOf(name: string, { code, errors }: CodecFailure): string {
  const text = errors.join("; ").slice(0, LONGEST_REASON);
  switch (code) {
    case "reported":
      return `The codec ${name} reports: ${text}`;
    case "threw":
      return `The codec ${name} failed: ${text}`;
    default:
      return `The codec ${name}: ${text}`;
  }
}
