import { KotaError, messageOf } from "@kota/model";

/** More than this is not read of one answer. Bytes. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Asks for JSON, and for an address that it asked before only whether that has changed. */
export interface ConditionalFetch {
  /**
   * @throws KotaError `source_unavailable` when asking again may help, `source_refused` when it will not.
   */
  get<T>(url: string, read: (json: unknown) => T, signal: AbortSignal): Promise<T>;
  /** Forgets the answers that were not asked for since the last call. */
  forgetUnused(): void;
}

interface Kept {
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly value: unknown;
  used: boolean;
}

export function createConditionalFetch(options: { readonly timeoutMs: number }): ConditionalFetch {
  const kept = new Map<string, Kept>();

  async function ask(url: string, known: Kept | undefined, signal: AbortSignal): Promise<Response> {
    try {
      return await fetch(url, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]),
        headers: {
          accept: "application/json",
          ...(known?.etag ? { "if-none-match": known.etag } : {}),
          ...(known?.lastModified ? { "if-modified-since": known.lastModified } : {}),
        },
      });
    } catch (cause) {
      throw new KotaError("source_unavailable", `${url} does not answer: ${messageOf(cause)}`, { cause });
    }
  }

  return {
    async get<T>(url: string, read: (json: unknown) => T, signal: AbortSignal): Promise<T> {
      const known = kept.get(url);
      const response = await ask(url, known, signal);
      if (response.status === 304 && known) {
        await response.body?.cancel();
        known.used = true;
        return known.value as T;
      }
      if (!response.ok) {
        await response.body?.cancel();
        throw refusal(url, response);
      }
      const value = read(parsed(url, await bounded(url, response)));
      const etag = response.headers.get("etag");
      const lastModified = response.headers.get("last-modified");
      if (etag || lastModified) kept.set(url, { etag, lastModified, value, used: true });
      return value;
    },
    forgetUnused() {
      for (const [url, each] of kept) {
        if (each.used) each.used = false;
        else kept.delete(url);
      }
    },
  };
}

function refusal(url: string, { status, headers }: Response): KotaError {
  const passes = status === 408 || status === 425 || status === 429 || status >= 500;
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return new KotaError(
    passes ? "source_unavailable" : "source_refused",
    `${url} answers with status ${status}.`,
    Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {},
  );
}

async function bounded(url: string, response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > MAX_BYTES) {
        throw new KotaError("source_refused", `${url} answers with more than ${MAX_BYTES} bytes.`);
      }
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof KotaError) throw cause;
    throw new KotaError("source_unavailable", `${url} broke off: ${messageOf(cause)}`, { cause });
  }
  return Buffer.concat(chunks);
}

function parsed(url: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new KotaError("source_refused", `${url} does not answer with JSON: ${messageOf(cause)}`, { cause });
  }
}
