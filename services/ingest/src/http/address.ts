import type { IncomingHttpHeaders } from "node:http";
import type { Message } from "@kota/model";
import type { HttpFault } from "./problem.ts";
import { chirpStackTopic, thingsStackTopic } from "./webhook-topics.ts";

/** What a request to `/in/…` stands for, apart from its body. */
export interface Address {
  /** `json`: the body has to be JSON by its content type. `any`: bytes of any kind. */
  readonly body: "json" | "any";
  /** `import`: old readings, which have no age limit. */
  readonly source: "http" | "import";
  /** The topic under which the adapters see the message. */
  topicOf(payload: Uint8Array): string;
  readonly attributes?: NonNullable<Message["attributes"]>;
}

const MAX_TOPIC = 1000;

/** The endpoints, for a person who asks for another. */
const ENDPOINTS =
  "POST /in/kota[/<device>], /in/the-things-stack, /in/chirpstack, /in/sensor-community, /in/message/<topic>, /in/import/<device>";

/** The message that a request to `/in/…` brings, or why it brings none. */
export function addressOf(url: URL, headers: IncomingHttpHeaders): Address | HttpFault {
  const [, , kind = "", ...rest] = url.pathname.split("/");
  const levels = rest.length === 1 && rest[0] === "" ? [] : rest.map(decoded);
  switch (kind) {
    case "kota":
      return levels.length === 0
        ? fixed("kota/v1", "http")
        : onTopic(["kota", "v1", ...levels], "json", "http");
    case "import":
      return levels.length === 0
        ? fixed("kota/v1", "import")
        : onTopic(["kota", "v1", ...levels], "json", "import");
    case "message": {
      const contentType = headers["content-type"];
      return onTopic(levels, "any", "http", contentType ? { "content-type": contentType } : undefined);
    }
    case "the-things-stack":
      return levels.length > 0
        ? nothingAt(url)
        : webhook("http/the-things-stack", (json) => thingsStackTopic(json, url.searchParams.get("tenant")));
    case "chirpstack":
      return levels.length > 0
        ? nothingAt(url)
        : webhook("http/chirpstack", (json) => chirpStackTopic(json, url.searchParams.get("event")));
    case "sensor-community": {
      if (levels.length > 0) return nothingAt(url);
      const station = headers["x-sensor"];
      return {
        ...fixed("http/sensor-community", "http"),
        ...(typeof station === "string" ? { attributes: { "x-sensor": station.slice(0, 200) } } : {}),
      };
    }
    default:
      return nothingAt(url);
  }
}

export function isFault(address: Address | HttpFault): address is HttpFault {
  return "status" in address;
}

function fixed(topic: string, source: Address["source"]): Address {
  return { body: "json", source, topicOf: () => topic };
}

/** A body that does not say where it belongs goes in under the name of the endpoint: the adapters judge it. */
function webhook(otherwise: string, topicOf: (json: unknown) => string | null): Address {
  return {
    body: "json",
    source: "http",
    topicOf(payload) {
      try {
        return topicOf(JSON.parse(Buffer.from(payload).toString("utf8"))) ?? otherwise;
      } catch {
        return otherwise;
      }
    },
  };
}

function onTopic(
  levels: readonly (string | null)[],
  body: Address["body"],
  source: Address["source"],
  attributes?: NonNullable<Message["attributes"]>,
): Address | HttpFault {
  const topic = levels.join("/");
  const wrong = levels.includes(null)
    ? "it is not percent-encoded UTF-8"
    : topic === ""
      ? "it is empty"
      : topic.length > MAX_TOPIC
        ? `it has ${topic.length} characters; ${MAX_TOPIC} are allowed`
        : levels.some((level) => level === "")
          ? "a level of it is empty"
          : topic.startsWith("$")
            ? "topics that begin with '$' belong to brokers"
            : /[+#\p{Cc}]/u.test(topic)
              ? "'+', '#' and control characters cannot be in a topic"
              : null;
  if (wrong !== null) {
    return {
      status: 400,
      code: "bad_request",
      title: "Bad request",
      detail: `The topic in the path cannot be used: ${wrong}.`,
    };
  }
  return { body, source, topicOf: () => topic, ...(attributes ? { attributes } : {}) };
}

function nothingAt(url: URL): HttpFault {
  return {
    status: 404,
    code: "not_found",
    title: "Not found",
    detail: `There is nothing at ${url.pathname}. Here are ${ENDPOINTS}.`,
  };
}

function decoded(level: string): string | null {
  try {
    return decodeURIComponent(level);
  } catch {
    return null;
  }
}
