import { createHmac } from "node:crypto";
import type { AlertMessage } from "@kota/alerts";
import { KotaError, messageOf } from "@kota/model";
import type { Notifier } from "./notifier.ts";

const TIMEOUT_MS = 10_000;
/** These say that later it may work. */
const LATER = new Set([408, 425, 429]);

export interface WebhookOptions {
  readonly url: string;
  /** Sent as `Authorization: Bearer`. */
  readonly token: string | null;
  /** Key of the signature. */
  readonly secret: string | null;
  /** Unix milliseconds. */
  readonly clock: () => number;
}

/**
 * POSTs each message as JSON. `kota-message-id` is the same when a message is sent again. With a secret,
 * `kota-signature` is `t=<Unix seconds>,v1=<hex>`: HMAC-SHA256 of `<t>.<body>`.
 */
export function webhookNotifier({ url, token, secret, clock }: WebhookOptions): Notifier {
  return {
    async deliver(message: AlertMessage, signal: AbortSignal) {
      const body = JSON.stringify(message);
      let response: Response;
      try {
        response = await fetch(url, {
          method: "POST",
          // A redirect would take the token along to where nobody meant it to go.
          redirect: "error",
          headers: {
            "content-type": "application/json",
            "kota-message-id": message.id,
            ...(token === null ? {} : { authorization: `Bearer ${token}` }),
            ...(secret === null ? {} : { "kota-signature": signatureOf(body, secret, clock()) }),
          },
          body,
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        });
        await response.body?.cancel();
      } catch (cause) {
        throw new KotaError("delivery_failed", `${hostOf(url)} does not answer: ${reasonOf(cause)}`, {
          cause,
        });
      }
      if (response.ok) return;
      const text = `${hostOf(url)} answered with status ${response.status}`;
      if (response.status >= 500 || LATER.has(response.status)) {
        const seconds = Number(response.headers.get("retry-after"));
        throw new KotaError("delivery_failed", text, {
          ...(Number.isFinite(seconds) && seconds > 0
            ? { retryAfterMs: Math.min(seconds, 3600) * 1000 }
            : {}),
        });
      }
      throw new KotaError(
        "delivery_refused",
        `${text}. Check the channel's address, token and secret in alerts.yaml.`,
      );
    },
    close: async () => {},
  };
}

function signatureOf(body: string, secret: string, now: number): string {
  const seconds = Math.floor(now / 1000);
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}

/** An address may have a secret in its path: a log names its host only. */
function hostOf(url: string): string {
  return new URL(url).host;
}

function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}
