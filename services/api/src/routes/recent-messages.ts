import { MESSAGES } from "@kota/event-log";
import type { Message } from "@kota/model";
import { z } from "zod";
import type { ApiContext, App } from "../context.ts";
import { isoTime, Time } from "../iso-time.ts";
import { createTurns } from "../one-at-a-time.ts";
import { answers } from "../problem.ts";
import { limitParameter, parameters } from "../query.ts";

const MOST_WAIT_MS = 5_000;
const MOST_BYTES = 64 * 1024;

const MessageRow = z.object({
  topic: z.string(),
  receivedAt: Time,
  source: z.string(),
  size: z.number().int().min(0),
  attributes: z.record(z.string(), z.string()).nullable(),
  payloadBase64: z.string().describe("The payload as it came"),
});

export function recentMessageRoutes(app: App, { log }: ApiContext): void {
  const inTurn = createTurns(8);

  app.get(
    "/messages/next",
    {
      schema: {
        summary: "The next messages that come, as they come: one of each topic",
        description: `Answers when there are enough, or after ${MOST_WAIT_MS / 1000} seconds. Messages of more than ${MOST_BYTES} bytes are left out.`,
        querystring: parameters({ limit: limitParameter({ fallback: 10, most: 50 }) }),
        response: answers("The messages", z.object({ messages: z.array(MessageRow) })),
      },
    },
    ({ query }) => inTurn(async () => ({ messages: (await nextMessages(log, query.limit)).map(messageRow) })),
  );
}

async function nextMessages(log: ApiContext["log"], limit: number): Promise<readonly Message[]> {
  const byTopic = new Map<string, Message>();
  let enough: () => void = () => {};
  const whenEnough = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const timer = setTimeout(enough, MOST_WAIT_MS);
  const tail = await log.tail(MESSAGES, {
    from: "end",
    onBatch: ({ values }) => {
      for (const message of values) {
        if (byTopic.size >= limit) break;
        if (message.payload.length <= MOST_BYTES && !byTopic.has(message.topic)) {
          byTopic.set(message.topic, message);
        }
      }
      if (byTopic.size >= limit) enough();
    },
  });
  try {
    await whenEnough;
  } finally {
    clearTimeout(timer);
    await tail.stop();
  }
  return [...byTopic.values()];
}

function messageRow({ topic, receivedAt, source, payload, attributes }: Message): z.infer<typeof MessageRow> {
  return {
    topic,
    receivedAt: isoTime(receivedAt),
    source,
    size: payload.length,
    attributes: attributes ? { ...attributes } : null,
    payloadBase64: Buffer.from(payload).toString("base64"),
  };
}
