import type { AlertMessage } from "@kota/alerts";
import { KotaError, messageOf } from "@kota/model";
import { createTransport } from "nodemailer";
import type { Notifier } from "./notifier.ts";

const TIMEOUT_MS = 15_000;

export interface MailOptions {
  /** `smtp://host:port`, or `smtps://` for TLS from the first byte; otherwise STARTTLS is used where it is offered. */
  readonly server: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly username: string | null;
  readonly password: string | null;
}

/** Sends each message as plain text. The id of the message is that of the mail: a mailbox can tell a repeat. */
export function mailNotifier({ server, from, to, username, password }: MailOptions): Notifier {
  const { protocol, hostname, port } = new URL(server);
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: port === "" ? (protocol === "smtps:" ? 465 : 587) : Number(port),
    secure: protocol === "smtps:",
    ...(username === null || password === null
      ? {}
      : // A password goes over no connection that others can read.
        { auth: { user: username, pass: password }, requireTLS: protocol !== "smtps:" }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    dnsTimeout: TIMEOUT_MS,
  });
  return {
    async deliver(message: AlertMessage) {
      try {
        await transport.sendMail({
          from,
          to: [...to],
          subject: message.title,
          text: message.link === null ? message.text : `${message.text}\n\n${message.link}`,
          messageId: `<${message.id}@${from.split("@")[1] ?? "kota"}>`,
          headers: { "auto-submitted": "auto-generated" },
        });
      } catch (cause) {
        const status = (cause as { readonly responseCode?: unknown }).responseCode;
        const isForGood = typeof status === "number" && status >= 500;
        throw new KotaError(
          isForGood ? "delivery_refused" : "delivery_failed",
          `The mail server ${hostname} did not take the message: ${messageOf(cause)}`,
          { cause },
        );
      }
    },
    close: async () => transport.close(),
  };
}
