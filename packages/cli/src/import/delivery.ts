import { createAppender, MESSAGES, TOPICS } from "@kota/event-log";
import { IMPORT_SOURCE, KotaError, messageOf } from "@kota/model";
import { type Config, createLogger, retrying } from "@kota/runtime";
import { openLog } from "../open.ts";
import { apiUrl, findRunningKota } from "../running-kota.ts";
import type { Batch } from "./batches.ts";

/** Where batches go. */
export interface Delivery {
  /** For a person: an address, or the log. */
  readonly to: string;
  /** The address of the running kota; undefined: straight to the log. */
  readonly url: string | undefined;
  /** Resolves when the log has the batch. */
  deliver(batch: Batch): Promise<void>;
  close(): Promise<void>;
}

/** To the kota that runs, over HTTP; when none does and none was named, straight to the log of the settings. */
export async function openDelivery(config: Config, given: string | undefined): Promise<Delivery> {
  const url = given?.replace(/\/$/, "") ?? apiUrl(config);
  if (await findRunningKota(url)) return overHttp(url, config.ingestToken);
  if (given !== undefined || config.apiUrl !== null) {
    throw new KotaError(
      "store_unavailable",
      `No kota answers at ${url}. Start it, or leave the address out to write to the log directly.`,
    );
  }
  return toLog(config);
}

function overHttp(url: string, tokens: readonly string[] | null): Delivery {
  const [token] = tokens ?? [];
  if (token === undefined) {
    throw new KotaError(
      "config_invalid",
      `A kota runs at ${url}: set KOTA_INGEST_TOKEN to a token that it was started with, or stop it to write to its log directly.`,
    );
  }
  async function post({ device, payload }: Batch): Promise<void> {
    let response: Response;
    try {
      response = await fetch(`${url}/in/import/${encodeURIComponent(device)}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: Buffer.from(payload),
      });
    } catch (cause) {
      throw new KotaError("log_unavailable", `${url} does not answer: ${messageOf(cause)}`, { cause });
    }
    const text = await response.text();
    if (response.ok) return;
    const detail = detailOf(text) ?? `status ${response.status}`;
    if (response.status === 429 || response.status >= 500) {
      const seconds = Number(response.headers.get("retry-after") ?? "1");
      throw new KotaError("log_unavailable", `${url} says: ${detail}`, { retryAfterMs: seconds * 1000 });
    }
    const refused = response.status === 401 || response.status === 403 ? "config_invalid" : "bad_request";
    throw new KotaError(refused, `${url} says: ${detail}`);
  }
  return { to: url, url, deliver: (batch) => retrying(() => post(batch)), close: async () => {} };
}

async function toLog(config: Config): Promise<Delivery> {
  const log = await openLog(config, createLogger({ level: "warn", format: "pretty" }));
  await log.ensureTopics(TOPICS);
  const messages = createAppender(log, MESSAGES);
  return {
    to: config.eventLog === "embedded" ? `the log in ${config.dataDir}` : "the log in Kafka",
    url: undefined,
    deliver: ({ device, payload }) =>
      messages.add({ topic: `kota/v1/${device}`, payload, receivedAt: Date.now(), source: IMPORT_SOURCE }),
    async close() {
      await messages.flush();
      await log.close();
    },
  };
}

function detailOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { readonly detail?: string }).detail;
  } catch {
    return undefined;
  }
}
