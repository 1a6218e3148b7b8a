import type { IncomingMessage, ServerResponse } from "node:http";
import { messageOf } from "@kota/model";
import { isGoodToken, type Logger, type Mounted, presentedToken } from "@kota/runtime";
import type { Intake } from "../accept.ts";
import { DRAIN_MS } from "../feeds/feed.ts";
import { type Address, addressOf, isFault } from "./address.ts";
import { type HttpFault, send, sendFault } from "./problem.ts";
import { readBody } from "./read-body.ts";

export interface HttpInDependencies {
  /** The tokens that are good; null: nothing is taken over HTTP. */
  readonly tokens: readonly string[] | null;
  readonly maxPayloadBytes: number;
  /** One for messages of now and one for old readings, which carry another source. */
  readonly intakes: Readonly<Record<Address["source"], Intake>>;
  readonly logger: Logger;
  /** How long a sender waits for the log before it is told to send again. Default 10,000. */
  readonly patienceMs?: number;
}

/** Messages over HTTP. */
export interface HttpIn extends Mounted {
  start(): void;
  /** Takes no new messages, waits a bounded time for those under way, and resolves. */
  stop(): Promise<void>;
}

/** A body that is larger is not read to its end. Up to here it is kept as a rejection, as with MQTT. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
/** Bodies that are being read may take up this much memory together. */
const MAX_READING_BYTES = 64 * 1024 * 1024;
/** A body that nobody reads is let through up to this size, so that the connection can go on; a larger one ends it. */
const MAX_IGNORED_BYTES = 1024 * 1024;
const BODY_MS = 30_000;
const PATIENCE_MS = 10_000;

/**
 * `POST /in/…`: each body becomes a message, untouched, and is answered with 202 when the log has it and not before. Every
 * other answer is a problem (RFC 9457) that says what to do. Sending again is always right: readings have an identity.
 */
export function createHttpIn(deps: HttpInDependencies): HttpIn {
  const { tokens, intakes, logger, maxPayloadBytes, patienceMs = PATIENCE_MS } = deps;
  let stage: "new" | "taking" | "stopped" = "new";
  let readingBytes = 0;

  function refusalOf(request: IncomingMessage): HttpFault | undefined {
    if (tokens === null) return OFF;
    const presented = presentedToken(request.headers.authorization);
    if (presented === undefined || !isGoodToken(tokens, presented)) return unauthorized(presented);
    if (request.method !== "POST") return wrongMethod(request.method);
    if (stage !== "taking") return notTaking(stage);
    return undefined;
  }

  async function take(request: IncomingMessage, response: ServerResponse, instance: string): Promise<void> {
    const refuse = (fault: HttpFault) => sendFault(response, instance, fault);
    const early = (fault: HttpFault) => {
      const announced = Number(request.headers["content-length"] ?? Number.POSITIVE_INFINITY);
      const ends = announced > MAX_IGNORED_BYTES && request.method !== "GET" && request.method !== "HEAD";
      refuse(ends ? { ...fault, headers: { ...fault.headers, connection: "close" } } : fault);
    };
    const refusal = refusalOf(request);
    if (refusal) return early(refusal);
    const url = new URL(instance, "http://kota.invalid");
    const address = addressOf(url, request.headers);
    if (isFault(address)) return early(address);
    const unfit = unfitType(address, request);
    if (unfit) return early(unfit);
    if (Number(request.headers["content-length"]) > MAX_BODY_BYTES) return early(tooLarge(MAX_BODY_BYTES));
    const intake = intakes[address.source];
    if (!intake.hasRoom || readingBytes > MAX_READING_BYTES) return early(BUSY);

    let own = 0;
    const body = await readBody(request, MAX_BODY_BYTES, BODY_MS, (count) => {
      own += count;
      readingBytes += count;
    });
    readingBytes -= own;
    if (body.outcome === "broken-off") return;
    if (body.outcome !== "whole") {
      const fault = body.outcome === "too-slow" ? TOO_SLOW : tooLarge(MAX_BODY_BYTES);
      return refuse({ ...fault, headers: { connection: "close" } });
    }
    // Taken while the body came: what was said then does not hold any more.
    const late = stage === "taking" ? undefined : notTaking(stage);
    if (late) return refuse(late);
    const topic = address.topicOf(body.bytes);
    const stored = intake.accept(topic, body.bytes, false, address.attributes);
    const fault = await outcomeOf(stored);
    if (fault) return refuse(fault);
    if (body.bytes.length > maxPayloadBytes) return refuse(tooLarge(maxPayloadBytes));
    send(response, 202, { accepted: true, topic, bytes: body.bytes.length });
  }

  /** Undefined when the message is durable in the log. */
  async function outcomeOf(stored: Promise<void>): Promise<HttpFault | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<HttpFault>((resolve) => {
      timer = setTimeout(resolve, patienceMs, LOG_SLOW);
    });
    const done = stored.then(
      () => undefined,
      (error: unknown): HttpFault => ({
        ...LOG_SLOW,
        detail: `The log refuses the message: ${messageOf(error)}`,
      }),
    );
    const fault = await Promise.race([done, late]);
    clearTimeout(timer);
    return fault;
  }

  return {
    path: "/in",
    start() {
      stage = "taking";
      if (tokens === null) logger.info("HTTP in is off: KOTA_INGEST_TOKEN is not set");
    },
    handle(request, response) {
      const instance = request.url ?? "/in";
      take(request, response, instance).catch((error: unknown) => {
        logger.error({ err: error, path: instance }, "a request to HTTP in failed");
        if (!response.headersSent) sendFault(response, instance, INTERNAL);
        else response.destroy();
      });
    },
    async stop() {
      if (stage === "stopped") return;
      stage = "stopped";
      await Promise.all(Object.values(intakes).map((intake) => intake.drained(DRAIN_MS)));
    },
  };
}

const OFF: HttpFault = {
  status: 403,
  code: "ingest_off",
  title: "HTTP in is off",
  detail:
    "This kota takes no messages over HTTP, because no token is set. Set KOTA_INGEST_TOKEN (say, to what 'openssl rand -hex 24' prints), start kota again, and send the same token as 'Authorization: Bearer <token>'.",
};

const BUSY: HttpFault = {
  status: 429,
  code: "too_many_requests",
  title: "Too much is waiting",
  detail: "As many messages wait for the log as may. Send this one again in a second.",
  headers: { "retry-after": "1" },
};

const LOG_SLOW: HttpFault = {
  status: 503,
  code: "log_unavailable",
  title: "The log does not answer",
  detail: "The message is not known to be in the log. Send it again: if it is, that changes nothing.",
  headers: { "retry-after": "5" },
};

const TOO_SLOW: HttpFault = {
  status: 408,
  code: "too_slow",
  title: "The body did not come",
  detail: `The whole body has to come within ${BODY_MS / 1000} s.`,
};

const INTERNAL: HttpFault = {
  status: 500,
  code: "internal",
  title: "Internal error",
  detail:
    "kota failed on this request; its log says why. Send it again: that changes nothing if it was taken.",
};

function notTaking(stage: "new" | "stopped" | "taking"): HttpFault {
  return {
    status: 503,
    code: "closed",
    title: stage === "new" ? "Starting" : "Stopping",
    detail: "kota takes no messages at this moment. Send this one again in a few seconds.",
    headers: { "retry-after": "5" },
  };
}

function unauthorized(presented: string | undefined): HttpFault {
  return {
    status: 401,
    code: "unauthorized",
    title: "No good token",
    detail:
      presented === undefined
        ? "Send the token of KOTA_INGEST_TOKEN as 'Authorization: Bearer <token>', or as the password of Basic."
        : "The token is none of those in KOTA_INGEST_TOKEN.",
    headers: { "www-authenticate": 'Bearer realm="kota", Basic realm="kota"' },
  };
}

function wrongMethod(method: string | undefined): HttpFault {
  return {
    status: 405,
    code: "method_not_allowed",
    title: "Method not allowed",
    detail: `Messages come in with POST, not with ${method}.`,
    headers: { allow: "POST" },
  };
}

function tooLarge(limit: number): HttpFault {
  return {
    status: 413,
    code: "payload_too_large",
    title: "The payload is too large",
    detail: `At most ${limit} bytes are taken (limits.maxPayloadBytes of the city). Send less in one message.`,
  };
}

/** A body that is not the payload itself, or not of the kind that the endpoint takes. */
function unfitType(address: Address, request: IncomingMessage): HttpFault | undefined {
  const encoding = request.headers["content-encoding"] ?? "identity";
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const json = type === "" || /^application\/(json|[\w.+-]+\+json)$/.test(type);
  const form = type === "multipart/form-data" || type === "application/x-www-form-urlencoded";
  const detail =
    encoding !== "identity"
      ? `The body is '${encoding}'. Send it without a content encoding.`
      : address.body === "json" && !json
        ? `The content type is '${type}'; here is taken application/json${type === "application/octet-stream" ? ": set the encoding of the integration to JSON" : ""}.`
        : form
          ? `The content type is '${type}', a form. Name the payload's own, say with -H 'content-type: application/json'.`
          : undefined;
  return detail === undefined
    ? undefined
    : { status: 415, code: "unsupported_media_type", title: "Unsupported media type", detail };
}
