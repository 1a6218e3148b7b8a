import { describe, expect, it } from "vitest";
import { type AckWindow, createAckWindow } from "./ack-window.ts";
import { createSenders } from "./senders.ts";

const payload = Buffer.from("21.5");
const stored = Promise.resolve();

function windowWith(...messageIds: number[]): AckWindow {
  const window = createAckWindow();
  for (const messageId of messageIds) window.open({ messageId, topic: "t", payload }, stored);
  return window;
}

describe("the senders of the embedded broker", () => {
  it("have what they could not be told of when they come back, also while the connection before is still there", () => {
    const senders = createSenders();
    const first = windowWith(7);
    senders.connected("a", first);
    const second = createAckWindow();
    expect(senders.connected("a", second).recall(7, "t", payload)).toBe(stored);
    senders.left("a", first);
    second.open({ messageId: 8, topic: "t", payload }, stored);
    senders.left("a", second);
    const earlier = senders.connected("a", createAckWindow());
    expect(earlier.recall(7, "t", payload)).toBeUndefined();
    expect(earlier.recall(8, "t", payload)).toBe(stored);
  });

  it("are forgotten when they left nothing, and of a thousand who did, who went first", () => {
    const senders = createSenders();
    const come = (id: string, ...messageIds: number[]) => {
      const window = windowWith(...messageIds);
      senders.connected(id, window);
      senders.left(id, window);
    };
    come("nothing");
    for (let n = 0; n <= 1000; n++) come(`device-${n}`, 1);
    const leftBy = (id: string) => senders.connected(id, createAckWindow()).size;
    expect(["nothing", "device-0", "device-1", "device-1000"].map(leftBy)).toEqual([0, 0, 1, 1]);
  });
});
