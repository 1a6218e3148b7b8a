import type { Producer, ProducerRecord, RecordMetadata } from "kafkajs";
import { describe, expect, it } from "vitest";
import type { LogRecord } from "../records.ts";
import { orderedSender } from "./ordered-sender.ts";

/** A broker that can do what a real one must not. */
function broker(answer: (request: ProducerRecord, count: number) => number | Error) {
  const requests: ProducerRecord[] = [];
  const send = async (request: ProducerRecord): Promise<RecordMetadata[]> => {
    requests.push(request);
    await new Promise((resolve) => setImmediate(resolve));
    const baseOffset = answer(request, requests.length);
    if (baseOffset instanceof Error) throw baseOffset;
    return [{ topicName: request.topic, partition: 0, errorCode: 0, baseOffset: String(baseOffset) }];
  };
  return { requests, producer: { send } as unknown as Producer };
}

const record = (bytes: number, partition = 0): LogRecord => ({
  partition,
  key: null,
  bytes: Buffer.alloc(bytes),
  values: [],
});

describe("sending to Kafka", () => {
  it("puts no more into a request than fits one record batch, and resolves when all of it is there", async () => {
    const { requests, producer } = broker((_request, count) => count);
    const send = orderedSender(producer, "t");
    await send([record(600_000), record(600_000), record(200_000), record(1_500_000)]);
    expect(requests.map(({ messages }) => messages.length)).toEqual([1, 2, 1]);
  });

  it("drops the rest of an append that failed: all of it comes again", async () => {
    const { requests, producer } = broker((_request, count) => (count === 1 ? new Error("gone") : count));
    const send = orderedSender(producer, "t");
    const failing = send([record(600_000), record(600_000)]);
    const next = send([record(1)]);
    await expect(failing).rejects.toThrow("gone");
    await next;
    expect(requests.map(({ messages }) => messages.length)).toEqual([1, 1]);
  });

  it("takes nothing for sent of which one partition was not confirmed, as when its leader changed: all of it comes again", async () => {
    const { requests, producer } = broker((_request, count) => count);
    const send = orderedSender(producer, "t");
    await expect(send([record(1), record(1, 3)])).rejects.toMatchObject({
      code: "log_unavailable",
      retry: "later",
      message: /partition 3/,
    });
    await send([record(1)]);
    expect(requests).toHaveLength(2);
  });

  it("refuses to go on when Kafka confirms two records with one offset", async () => {
    const { producer } = broker(() => 5);
    const send = orderedSender(producer, "t");
    await send([record(1)]);
    await expect(send([record(1)])).rejects.toMatchObject({
      code: "log_refused",
      message: /offset 5 after one at 5/,
    });
  });
});
