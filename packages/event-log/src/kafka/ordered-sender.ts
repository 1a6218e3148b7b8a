import { KotaError } from "@kota/model";
import { CompressionTypes, type Producer } from "kafkajs";
import { type Deferred, deferred } from "../deferred.ts";
import { type LogRecord, MAX_RECORD_BYTES } from "../records.ts";

/** One append: some of its records may go with one request and some with the next. */
interface Append {
  readonly done: Deferred;
  unsent: number;
  failed: boolean;
}

interface Queued {
  readonly record: LogRecord;
  readonly append: Append;
}

/**
 * Sends to one topic, one request at a time: kafkajs may send again after an error, and two requests under way at once
 * would then change places. What is appended meanwhile goes into the next request together. kafkajs makes one record
 * batch of all records for a partition, and Kafka's limit is for that batch, so that a request carries no more for any
 * partition than one record may have.
 */
export function orderedSender(
  producer: Producer,
  topic: string,
  maxBytes: () => number = () => MAX_RECORD_BYTES,
): (records: readonly LogRecord[]) => Promise<void> {
  let queue: Queued[] = [];
  let sending = false;
  const lastOffsets = new Map<number, number>();

  function nextRequest(): Queued[] {
    const sizes = new Map<number, number>();
    let count = 0;
    for (const { record } of queue) {
      const before = sizes.get(record.partition) ?? 0;
      const size = before + record.bytes.length + RECORD_OVERHEAD_BYTES;
      if (before > 0 && size > maxBytes()) break;
      sizes.set(record.partition, size);
      count++;
    }
    const request = queue.slice(0, count);
    queue = queue.slice(count);
    return request;
  }

  async function send(request: readonly Queued[]): Promise<void> {
    const answers = await producer.send({
      topic,
      acks: -1,
      compression: CompressionTypes.None,
      messages: request.map(({ record: { partition, key, bytes } }) => ({
        partition,
        key,
        value: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
      })),
    });
    // kafkajs remembers over its own tries which brokers have answered. When a partition moves meanwhile to one that has, it
    // sends nothing for it and calls the whole request done: a leader that dies would cost the records under way to it.
    const answered = new Set(answers.map(({ partition }) => partition));
    const missing = request.find(({ record }) => !answered.has(record.partition));
    if (missing) {
      throw new KotaError(
        "log_unavailable",
        `Kafka has not confirmed the records for ${topic}, partition ${missing.record.partition}: its leader changed meanwhile. They are sent again.`,
      );
    }
    // Each answer names the offset of its first record. One that does not rise means that the broker, or a client in
    // between, confirmed what it did not keep.
    for (const { partition, baseOffset } of answers) {
      const offset = Number(baseOffset);
      const last = lastOffsets.get(partition) ?? -1;
      if (!(offset > last)) {
        throw new KotaError(
          "log_refused",
          `Kafka confirmed a record of ${topic}, partition ${partition}, at offset ${baseOffset} after one at ${last}: ` +
            "records were lost. Check the brokers' logs for an unclean leader election, then start kota again.",
        );
      }
      lastOffsets.set(partition, offset);
    }
  }

  async function drain(): Promise<void> {
    if (sending) return;
    sending = true;
    while (queue.length > 0) {
      const request = nextRequest();
      try {
        await send(request);
        for (const { append } of request) if (--append.unsent === 0) append.done.resolve();
      } catch (error) {
        for (const { append } of request) {
          append.failed = true;
          append.done.reject(error);
        }
        // The caller appends all of it again: the rest must not get there first.
        queue = queue.filter(({ append }) => !append.failed);
      }
    }
    sending = false;
  }

  return (records) => {
    const append: Append = { done: deferred(), unsent: records.length, failed: false };
    for (const record of records) queue.push({ record, append });
    void drain();
    return append.done.promise;
  };
}

const RECORD_OVERHEAD_BYTES = 100;
