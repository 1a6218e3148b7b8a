import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connectAsync } from "mqtt";
import { SMTPServer } from "smtp-server";

/** Where alerts are delivered in a test: a subscriber, a web server and a mail server, all of them real. */
export interface AlertSinks {
  readonly webhookUrl: string;
  readonly mailServer: string;
  /** Of each way, what was told, in order. */
  told(): Readonly<Record<"mqtt" | "webhook" | "mail", readonly string[]>>;
  /** Whether the web server answers that it cannot take anything now. */
  refuseWebhooks(on: boolean): void;
  close(): Promise<void>;
}

interface Told {
  readonly alerts: readonly { readonly news: string }[];
}

/** How the subject of a mail begins, for each news. */
const SUBJECTS = { "ALERT:": "firing", "OVER:": "cleared", "NO DATA:": "no_data" } as const;

export async function openAlertSinks(brokerUrl: string, topic: string): Promise<AlertSinks> {
  const told = { mqtt: [] as string[], webhook: [] as string[], mail: [] as string[] };
  let isRefusing = false;
  const newsOf = (text: string) => (JSON.parse(text) as Told).alerts.map(({ news }) => news);

  const subscriber = await connectAsync(brokerUrl);
  await subscriber.subscribeAsync(topic, { qos: 1 });
  subscriber.on("message", (_topic, payload) => told.mqtt.push(...newsOf(payload.toString())));

  const http = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      if (!isRefusing) told.webhook.push(...newsOf(body));
      response.writeHead(isRefusing ? 503 : 204).end();
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");

  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, _session, callback) {
      let text = "";
      stream.on("data", (chunk) => {
        text += chunk;
      });
      stream.on("end", () => {
        told.mail.push(newsOfSubject(/^Subject: (.*)$/m.exec(text)?.[1] ?? ""));
        callback();
      });
    },
  });
  const listening = smtp.listen(0, "127.0.0.1");
  await once(listening, "listening");

  return {
    webhookUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}/hook`,
    mailServer: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    told: () => ({ mqtt: [...told.mqtt], webhook: [...told.webhook], mail: [...told.mail] }),
    refuseWebhooks(on) {
      isRefusing = on;
    },
    async close() {
      await subscriber.endAsync(true);
      await new Promise((resolve) => http.close(resolve));
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
    },
  };
}

/** A subject that this does not know stands in the list as it is, so that the test shows it. */
function newsOfSubject(subject: string): string {
  const begin = Object.keys(SUBJECTS).find((each) => subject.includes(each));
  return begin === undefined ? subject : SUBJECTS[begin as keyof typeof SUBJECTS];
}
