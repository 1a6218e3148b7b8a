import { MESSAGES } from "@kota/event-log";
import type { Message } from "@kota/model";
import { z } from "zod";
import { readSecurity, requireRead } from "../admin.ts";
import { type ApiContext, type App, assertHeld } from "../context.ts";
import { isoTime, Time } from "../iso-time.ts";
import { createTurns } from "../one-at-a-time.ts";
import { answers, HttpProblem } from "../problem.ts";
import { limitParameter, parameters } from "../query.ts";

const MOST_WAIT_MS = 5_000;
/** Who asks for one device waits for it: many send once a minute. */
const DEVICE_WAIT_MS = 25_000;
/** So many messages that name the device are decoded to see whether they are of it. */
const MOST_DECODED = 200;
const MOST_LISTENING = 8;
const MOST_BYTES = 64 * 1024;

const MessageRow = z.object({
  topic: z.string(),
  receivedAt: Time,
  source: z.string(),
  size: z.number().int().min(0),
  attributes: z.record(z.string(), z.string()).nullable(),
  payloadBase64: z.string().describe("The payload as it came"),
});

export function recentMessageRoutes(app: App, context: ApiContext): void {
  const { log, readTokens } = context;
  const inTurn = createTurns(8);
  let listening = 0;

  app.get(
    "/messages/next",
    {
      onRequest: requireRead(readTokens),
      schema: {
        summary: "The next messages that come, as they come: one of each topic",
        description: `Answers when there are enough, or after ${MOST_WAIT_MS / 1000} seconds; of one device with its next message, or after ${DEVICE_WAIT_MS / 1000} seconds. Messages of more than ${MOST_BYTES} bytes are left out.`,
        security: readSecurity,
        querystring: parameters({
          limit: limitParameter({ fallback: 10, most: 50 }),
          device: z
            .string()
            .min(1)
            .max(400)
            .optional()
            .describe("Only the next message of this device, by what its adapter makes of it"),
        }),
        response: answers("The messages", z.object({ messages: z.array(MessageRow) })),
      },
    },
    async ({ query: { device, limit } }) => {
      if (device === undefined) {
        return inTurn(async () => ({
          messages: (await nextMessages(log, limit, MOST_WAIT_MS, () => true)).map(messageRow),
        }));
      }
      assertHeld(context);
      if (listening >= MOST_LISTENING) {
        throw new HttpProblem(
          "busy",
          "Others wait for devices' messages just now. Ask again in a few seconds.",
        );
      }
      listening++;
      try {
        const messages = await nextMessages(log, 1, DEVICE_WAIT_MS, isOf(context, device));
        return { messages: messages.map(messageRow) };
      } finally {
        listening--;
      }
    },
  );
}

/** Messages of a device name it in their topic or their bytes: only these are decoded to be sure. */
function isOf({ registry, normalizing }: ApiContext, id: string): (message: Message) => boolean {
  const devices = [...registry.devices.values()];
  const name = Buffer.from(registry.devices.get(id)?.nativeId ?? id);
  const trial = normalizing.trial(devices);
  let decoded = 0;
  return (message) => {
    const isNamed = message.topic.includes(name.toString()) || Buffer.from(message.payload).includes(name);
    if (!isNamed || decoded++ >= MOST_DECODED) return false;
    const { readings, rejection } = trial(message);
    return readings?.some(({ device }) => device === id) ?? rejection?.device === id;
  };
}

async function nextMessages(
  log: ApiContext["log"],
  limit: number,
  waitMs: number,
  isWanted: (message: Message) => boolean,
): Promise<readonly Message[]> {
  const byTopic = new Map<string, Message>();
  let enough: () => void = () => {};
  const whenEnough = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const timer = setTimeout(enough, waitMs);
  const tail = await log.tail(MESSAGES, {
    from: "end",
    onBatch: ({ values }) => {
      for (const message of values) {
        if (byTopic.size >= limit) break;
        if (message.payload.length <= MOST_BYTES && !byTopic.has(message.topic) && isWanted(message)) {
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
