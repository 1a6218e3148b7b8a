import fc from "fast-check";
import { parser } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { createAckWindow, type DeliveryGroup, encodePubacks } from "./ack-window.ts";

const steps = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("open" as const),
        messageId: fc.integer({ min: 1, max: 65_535 }),
        // Stored together with the message before it.
        joins: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("durable" as const), pick: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("take" as const) }) },
  ),
  { maxLength: 400 },
);

interface Delivery {
  readonly messageId: number;
  readonly group: DeliveryGroup;
}

const message = (messageId: number) => ({ messageId, topic: "t", payload: Buffer.alloc(0) });

describe("the acknowledgement window", () => {
  it("acknowledges in receive order, only what is durable, each once, and as much as it may", () => {
    fc.assert(
      fc.property(steps, (script) => {
        const window = createAckWindow();
        const received: Delivery[] = [];
        const acknowledged: number[] = [];
        let stored = Promise.resolve();
        for (const step of script) {
          if (step.do === "open") {
            const { messageId, joins } = step;
            if (!joins) stored = Promise.resolve();
            const group = window.open(message(messageId), stored) ?? received.at(-1)?.group;
            if (group) received.push({ messageId, group });
          } else if (step.do === "durable") {
            const waiting = received.filter(({ group }) => !group.durable);
            const delivery = waiting[step.pick % Math.max(1, waiting.length)];
            if (delivery) delivery.group.durable = true;
          } else {
            acknowledged.push(...window.takeDurable());
            const firstNotDurable = received.findIndex(({ group }) => !group.durable);
            const prefix = firstNotDurable < 0 ? received : received.slice(0, firstNotDurable);
            expect(acknowledged).toEqual(prefix.map(({ messageId }) => messageId));
          }
          expect(window.size).toBe(received.length - acknowledged.length);
        }
      }),
    );
  });

  it("says which deliveries begin a group, so that each promise is waited for once", () => {
    const window = createAckWindow();
    const [first, second] = [Promise.resolve(), Promise.resolve()];
    const begun = [first, first, second, first].map(
      (stored, n) => window.open(message(n + 1), stored) !== null,
    );
    expect(begun).toEqual([true, false, true, true]);
  });

  it("stays in order over many thousands of groups with a slow one among them", () => {
    const window = createAckWindow();
    const acknowledged: number[] = [];
    const open = (messageId: number) => window.open(message(messageId), Promise.resolve()) as DeliveryGroup;
    const slow = open(7);
    for (let n = 0; n < 5000; n++) open(n).durable = true;
    expect(window.takeDurable()).toEqual([]);
    slow.durable = true;
    const last = open(9);
    acknowledged.push(...window.takeDurable());
    expect(acknowledged).toEqual([7, ...Array.from({ length: 5000 }, (_, n) => n)]);
    last.durable = true;
    expect(window.takeDurable()).toEqual([9]);
    expect(window.size).toBe(0);
  });
});

describe("encoded PUBACKs", () => {
  it.each([4, 5] as const)("are read back by an MQTT parser, protocol version %i", (protocolVersion) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 65_535 })), (messageIds) => {
        const packets: unknown[] = [];
        const mqtt = parser({ protocolVersion });
        mqtt.on("packet", (packet) => packets.push(packet));
        mqtt.parse(encodePubacks(messageIds));
        expect(packets).toMatchObject(messageIds.map((messageId) => ({ cmd: "puback", messageId })));
      }),
    );
  });
});
