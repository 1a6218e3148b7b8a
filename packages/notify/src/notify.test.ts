import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Aedes } from "aedes";
import mqtt from "mqtt";
import { SMTPServer } from "smtp-server";
import { afterEach, describe, expect, it } from "vitest";
import { openNotifier } from "./open-notifier.ts";
import { channel, MESSAGE } from "./test-message.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});
const signal = new AbortController().signal;

function folder(files: Readonly<Record<string, string>> = {}): string {
  const dir = mkdtempSync(join(tmpdir(), "kota-notify-"));
  undo.push(() => rmSync(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}
const surroundings = (dir = folder(), url = "mqtt://127.0.0.1:1") => ({
  folder: dir,
  broker: () => ({ url, username: null, password: null }),
  clock: () => 1_700_000_000_000,
});

async function httpServer(status: number, headers: Record<string, string> = {}) {
  const requests: { readonly request: IncomingMessage; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      requests.push({ request, body });
      response.writeHead(status, headers).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  undo.push(() => new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/secret-path`, requests };
}

describe("a webhook", () => {
  const target = (url: string, rest: { tokenFile?: string; secretFile?: string } = {}) =>
    channel({ by: "webhook", url, tokenFile: rest.tokenFile ?? null, secretFile: rest.secretFile ?? null });

  it("gets the message with its id, the token and a signature that can be checked", async () => {
    const { url, requests } = await httpServer(204);
    const dir = folder({ token: "a-token\n", secret: "a-secret\n" });
    await openNotifier(target(url, { tokenFile: "token", secretFile: "secret" }), surroundings(dir)).deliver(
      MESSAGE,
      signal,
    );
    const [{ request, body } = { request: null, body: "" }] = requests;
    expect(JSON.parse(body)).toEqual(MESSAGE);
    expect(request?.headers).toMatchObject({ authorization: "Bearer a-token", "kota-message-id": "abc123" });
    const mac = createHmac("sha256", "a-secret").update(`1700000000.${body}`).digest("hex");
    expect(request?.headers["kota-signature"]).toBe(`t=1700000000,v1=${mac}`);
  });

  it.each([
    [500, "delivery_failed"],
    [429, "delivery_failed"],
    [401, "delivery_refused"],
    [302, "delivery_failed"],
  ])("that answers %i has not taken it: %s", async (status, code) => {
    const { url } = await httpServer(status, { location: "http://127.0.0.1:1/", "retry-after": "7" });
    const delivering = openNotifier(target(url), surroundings()).deliver(MESSAGE, signal);
    await expect(delivering).rejects.toMatchObject({
      code,
      ...(status === 429 ? { retryAfterMs: 7000 } : {}),
    });
    await delivering.catch((error: Error) => expect(error.message).not.toContain("secret-path"));
  });

  it("that nobody answers at may work later", async () => {
    const delivering = openNotifier(target("http://127.0.0.1:1/"), surroundings()).deliver(MESSAGE, signal);
    await expect(delivering).rejects.toMatchObject({ code: "delivery_failed", retry: "later" });
  });

  it("whose file with the token is missing is refused at the start", () => {
    expect(() => openNotifier(target("http://x/", { tokenFile: "nowhere" }), surroundings())).toThrow(
      /channel 'ops' .* needs the file .*nowhere/,
    );
  });
});

describe("MQTT", () => {
  async function broker() {
    const aedes = new Aedes();
    await aedes.listen();
    const server = createTcpServer((socket) => aedes.handle(socket));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    undo.push(async () => {
      await new Promise<void>((resolve) => aedes.close(resolve));
      await new Promise((resolve) => server.close(resolve));
    });
    return `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const target = (url: string | null) =>
    channel({ by: "mqtt", topic: "kota/alerts/ops", url, username: null, passwordFile: null });

  it("gets each message as JSON on the topic, at kota's own broker when no other is named", async () => {
    const url = await broker();
    const listener = await mqtt.connectAsync(url);
    undo.push(() => listener.endAsync(true));
    await listener.subscribeAsync("kota/alerts/#", { qos: 1 });
    const got: unknown[] = [];
    const both = new Promise<void>((resolve) => {
      listener.on("message", (topic, payload) => {
        got.push([topic, JSON.parse(payload.toString())]);
        if (got.length === 2) resolve();
      });
    });
    const notifier = openNotifier(target(null), surroundings(folder(), url));
    undo.push(() => notifier.close());
    await notifier.deliver(MESSAGE, signal);
    await notifier.deliver(MESSAGE, signal);
    await both;
    expect(got).toEqual([
      ["kota/alerts/ops", MESSAGE],
      ["kota/alerts/ops", MESSAGE],
    ]);
  });

  it("fails while the broker is away, and works once it is there", async () => {
    const notifier = openNotifier(target("mqtt://127.0.0.1:1"), surroundings());
    await expect(notifier.deliver(MESSAGE, signal)).rejects.toMatchObject({ code: "delivery_failed" });
    const url = await broker();
    const other = openNotifier(target(null), surroundings(folder(), url));
    undo.push(() => other.close());
    await other.deliver(MESSAGE, signal);
  });
});

describe("mail", () => {
  async function server(options: { readonly refuse?: number } = {}) {
    const mails: string[] = [];
    const smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      onRcptTo(_address, _session, callback) {
        if (options.refuse === undefined) return callback();
        callback(Object.assign(new Error("not here"), { responseCode: options.refuse }));
      },
      onData(stream, _session, callback) {
        let text = "";
        stream.on("data", (chunk) => {
          text += chunk;
        });
        stream.on("end", () => {
          mails.push(text);
          callback();
        });
      },
    });
    smtp.on("error", () => {});
    const listening = smtp.listen(0, "127.0.0.1");
    await once(listening, "listening");
    undo.push(() => new Promise<void>((resolve) => smtp.close(() => resolve())));
    return { server: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`, mails };
  }
  const target = (address: string) =>
    channel({
      by: "mail",
      server: address,
      from: "kota@city.example",
      to: ["ops@city.example", "chief@city.example"],
      username: null,
      passwordFile: null,
    });

  it("has the title as its subject, the text and the link, and an id that tells a repeat", async () => {
    const { server: address, mails } = await server();
    await openNotifier(target(address), surroundings()).deliver(MESSAGE, signal);
    const mail = mails[0] ?? "";
    expect(mail).toContain("To: ops@city.example, chief@city.example");
    expect(mail).toContain("Message-ID: <abc123@city.example>");
    expect(mail).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(mail).toContain("Rose Street, Leith");
    expect(mail).toContain("http://kota.example/alerts");
  });

  it.each([
    [550, "delivery_refused"],
    [451, "delivery_failed"],
  ])("that a server refuses with %i is %s", async (refuse, code) => {
    const { server: address } = await server({ refuse });
    await expect(
      openNotifier(target(address), surroundings()).deliver(MESSAGE, signal),
    ).rejects.toMatchObject({ code });
  });
});
