import { KotaError, messageOf } from "@kota/model";
import { z } from "zod";
import { parsedUrl } from "./connection.ts";
import { type InfluxStoreOptions, openInfluxStore } from "./influx-store.ts";

/** What an InfluxDB is, as far as it decides whether kota can use it. */
export interface InfluxFacts {
  /** As it says itself, without the leading v; null: it does not say. */
  readonly version: string | null;
  /** How long the bucket keeps points, milliseconds; null: for ever, undefined: the token may not ask. */
  readonly retentionMs: number | null | undefined;
  /** How far its clock is ahead of this machine's, milliseconds, to half a second or so; null: it does not say. */
  readonly clockAheadMs: number | null;
}

const TIMEOUT_MS = 10_000;

const Health = z.object({ version: z.string().optional() });
const Buckets = z.object({
  buckets: z.array(z.object({ retentionRules: z.array(z.object({ everySeconds: z.number() })).default([]) })),
});

/**
 * Asks an InfluxDB what it is, and whether the token may read and write; writes nothing.
 * @throws KotaError as {@link openInfluxStore}.
 */
export async function describeInflux(
  options: InfluxStoreOptions,
  clock: () => number = Date.now,
): Promise<InfluxFacts> {
  const store = await openInfluxStore({ ...options, timeoutMs: TIMEOUT_MS });
  await store.close();
  const { url, org, bucket, token } = options;
  const ask = async (path: string): Promise<Response> => {
    try {
      return await fetch(`${parsedUrl(url).replace(/\/$/, "")}${path}`, {
        headers: { authorization: `Token ${token}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (cause) {
      throw new KotaError("store_unavailable", `InfluxDB at ${url} does not answer: ${messageOf(cause)}`, {
        cause,
      });
    }
  };
  const health = await ask("/health");
  const date = Date.parse(health.headers.get("date") ?? "");
  const clockAheadMs = Number.isNaN(date) ? null : date + 500 - clock();
  const { version } = Health.catch({}).parse(await health.json().catch(() => ({})));
  const buckets = await ask(`/api/v2/buckets?${new URLSearchParams({ org, name: bucket })}`);
  return {
    version: version?.replace(/^v/, "") ?? null,
    retentionMs: buckets.ok ? retentionOf(Buckets.parse(await buckets.json())) : undefined,
    clockAheadMs,
  };
}

/** Seconds of the first bucket's first rule; none, or 0, is for ever. */
function retentionOf({ buckets: [found] }: z.infer<typeof Buckets>): number | null | undefined {
  if (found === undefined) return undefined;
  const seconds = found.retentionRules[0]?.everySeconds ?? 0;
  return seconds === 0 ? null : seconds * 1000;
}
