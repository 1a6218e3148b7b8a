import { CompressionTypes, type Message, type Producer } from "kafkajs";

interface Pending {
  messages: Message[];
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends to one topic, one request at a time: kafkajs may send again after an error, and two requests under way at once
 * would then change places. What is appended meanwhile goes into the next request together.
 */
export function orderedSender(
  producer: Producer,
  topic: string,
): (messages: readonly Message[]) => Promise<void> {
  let next: Pending | undefined;
  let sending = false;

  async function drain(): Promise<void> {
    if (sending) return;
    sending = true;
    while (next) {
      const batch = next;
      next = undefined;
      try {
        await producer.send({
          topic,
          acks: -1,
          compression: CompressionTypes.None,
          messages: batch.messages,
        });
        batch.resolve();
      } catch (error) {
        batch.reject(error);
      }
    }
    sending = false;
  }

  return (messages) => {
    next ??= pending();
    next.messages.push(...messages);
    const { done } = next;
    void drain();
    return done;
  };
}

function pending(): Pending {
  let resolve = () => {};
  let reject: (error: unknown) => void = () => {};
  const done = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { messages: [], done, resolve, reject };
}
