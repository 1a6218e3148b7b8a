import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Channel } from "@kota/alerts";
import { KotaError, messageOf } from "@kota/model";
import { mailNotifier } from "./mail.ts";
import { mqttNotifier } from "./mqtt.ts";
import type { Notifier } from "./notifier.ts";
import { webhookNotifier } from "./webhook.ts";

export interface NotifierSurroundings {
  /** The city's folder: files with secrets are named from there. */
  readonly folder: string;
  /** The broker that kota itself uses, asked for when the first message goes out. */
  readonly broker: () => {
    readonly url: string;
    readonly username: string | null;
    readonly password: string | null;
  };
  readonly clock: () => number;
}

/**
 * The way to a channel of `alerts.yaml`. A file with a secret is read anew for each message, so that a secret can be changed
 * while kota runs.
 * @throws KotaError `config_invalid` when a file with a secret cannot be read.
 */
export function openNotifier({ id, target }: Channel, surroundings: NotifierSurroundings): Notifier {
  const secret = (file: string | null): string | null =>
    file === null ? null : readSecret(id, file, surroundings.folder);
  const open = (): Notifier => {
    if (target.by === "webhook") {
      const { url, tokenFile, secretFile } = target;
      return webhookNotifier({
        url,
        token: secret(tokenFile),
        secret: secret(secretFile),
        clock: surroundings.clock,
      });
    }
    if (target.by === "mail") {
      const { server, from, to, username, passwordFile } = target;
      return mailNotifier({ server, from, to, username, password: secret(passwordFile) });
    }
    const own = target.url === null ? surroundings.broker() : null;
    return mqttNotifier({
      url: own?.url ?? target.url ?? "",
      topic: target.topic,
      username: own?.username ?? target.username,
      password: own?.password ?? secret(target.passwordFile),
    });
  };
  // A file that is missing is said at the start, and not when the first alert fires.
  if (target.by === "webhook") for (const file of [target.tokenFile, target.secretFile]) secret(file);
  else secret(target.passwordFile);

  let opened: Notifier | undefined;
  return {
    async deliver(message, signal) {
      // An MQTT connection is kept; the others are made for each message anyway.
      if (target.by === "mqtt") {
        opened ??= open();
        return opened.deliver(message, signal);
      }
      const notifier = open();
      try {
        await notifier.deliver(message, signal);
      } finally {
        await notifier.close();
      }
    },
    close: async () => opened?.close(),
  };
}

function readSecret(channel: string, file: string, folder: string): string {
  const path = isAbsolute(file) ? file : join(folder, file);
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new KotaError(
      "config_invalid",
      `The channel '${channel}' of alerts.yaml needs the file ${path}, which cannot be read: ${messageOf(cause)}`,
      { cause },
    );
  }
  if (text !== "") return text;
  throw new KotaError(
    "config_invalid",
    `The file ${path} of the channel '${channel}' in alerts.yaml is empty.`,
  );
}
