import type { OutgoingHttpHeaders } from "node:http";
import { z } from "zod";
import { EVENT_KINDS, type EventBatch, type EventKind, frameOf } from "../change-feed.ts";
import type { ApiContext, App } from "../context.ts";
import { badParameter, problemResponse } from "../problem.ts";
import { parameters } from "../query.ts";

const HEARTBEAT_MS = 15_000;
/** A client with more than this waiting to be sent does not read. Bytes. */
const MOST_WAITING = 1_048_576;

/** Open streams, so that they can be ended when the service stops. */
export interface OpenStreams {
  endAll(): void;
}

export function streamRoutes(app: App, { city, feed, metrics, version }: ApiContext): OpenStreams {
  const open = new Set<() => void>();

  app.get(
    "/stream",
    {
      exposeHeadRoute: false,
      schema: {
        summary: "What changes, as Server-Sent Events",
        description:
          "`hello` comes first; then `score`, `reading`, `rejection`, `revision`, `work`, `alert`, `ledger` (its difference, when that changes) and `position` (where a device that may move is now), together at most four times a second. A client that comes back with Last-Event-ID gets what it missed, or `reset`.",
        querystring: parameters({
          events: z
            .string()
            .optional()
            .describe(
              "Kinds of event, comma separated: score, reading, rejection, revision, work, alert, ledger, position. Left out: all",
            ),
        }),
        response: {
          200: { description: "The stream", content: { "text/event-stream": { schema: z.string() } } },
          ...problemResponse,
        },
      },
    },
    (request, reply) => {
      const kinds = kindsOf(request.query.events);
      const lastEventId = request.headers["last-event-id"];
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        ...(reply.getHeaders() as OutgoingHttpHeaders),
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-cache",
        "x-accel-buffering": "no",
        connection: "keep-alive",
      });

      const send = (text: string) => {
        if (text === "" || raw.destroyed) return;
        raw.write(text);
        if (raw.writableLength > MOST_WAITING) {
          request.log.info("a live stream was dropped: its client does not read");
          raw.destroy();
        }
      };
      const sendBatch = (batch: EventBatch) => send(batch.frames(kinds));

      const { position } = feed;
      const hello = { city: city.settings.name, version, position };
      if (typeof lastEventId === "string" && lastEventId !== "") {
        const missed = feed.after(Number(lastEventId));
        // Without an id: until what was missed has arrived, the client is where it was.
        send(frameOf("hello", hello));
        if (missed) sendBatch(missed);
        else send(frameOf("reset", { position }, position));
      } else send(frameOf("hello", hello, position));

      const unlisten = feed.listen(sendBatch);
      const heartbeat = setInterval(() => send(":\n\n"), HEARTBEAT_MS);
      const end = () => raw.end();
      open.add(end);
      metrics.streamClients.inc();
      raw.once("close", () => {
        unlisten();
        clearInterval(heartbeat);
        open.delete(end);
        metrics.streamClients.dec();
      });
    },
  );

  return {
    endAll: () => {
      for (const end of open) end();
    },
  };
}

function kindsOf(text: string | undefined): ReadonlySet<EventKind> {
  if (text === undefined) return new Set(EVENT_KINDS);
  const kinds = text.split(",").map((name) => {
    const kind = EVENT_KINDS.find((candidate) => candidate === name.trim());
    if (!kind) {
      throw badParameter("events", `expected ${EVENT_KINDS.join(", ")}, comma separated, and got '${name}'`);
    }
    return kind;
  });
  return new Set(kinds);
}
