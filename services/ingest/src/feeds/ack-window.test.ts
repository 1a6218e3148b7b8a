import fc from "fast-check";
import { parser } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { createAckWindow, type Delivery, encodePubacks } from "./ack-window.ts";

const steps = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("open" as const),
        messageId: fc.integer({ min: 1, max: 65_535 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("durable" as const), pick: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("take" as const) }) },
  ),
  { maxLength: 400 },
);

describe("the acknowledgement window", () => {
  it("acknowledges in receive order, only what is durable, each once, and as much as it may", () => {
    fc.assert(
      fc.property(steps, (script) => {
        const window = createAckWindow();
        const received: Delivery[] = [];
        const acknowledged: number[] = [];
        for (const step of script) {
          if (step.do === "open") {
            received.push(window.open(step.messageId));
          } else if (step.do === "durable") {
            const waiting = received.filter((delivery) => !delivery.durable);
            const delivery = waiting[step.pick % Math.max(1, waiting.length)];
            if (delivery) delivery.durable = true;
          } else {
            acknowledged.push(...window.takeDurable());
            const firstNotDurable = received.findIndex((delivery) => !delivery.durable);
            const prefix = firstNotDurable < 0 ? received : received.slice(0, firstNotDurable);
            expect(acknowledged).toEqual(prefix.map((delivery) => delivery.messageId));
          }
          expect(window.size).toBe(received.length - acknowledged.length);
        }
      }),
    );
  });

  it("stays in order over many thousands of deliveries with a slow one among them", () => {
    const window = createAckWindow();
    const acknowledged: number[] = [];
    const slow = window.open(7);
    for (let n = 0; n < 5000; n++) window.open(n).durable = true;
    expect(window.takeDurable()).toEqual([]);
    slow.durable = true;
    const last = window.open(9);
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
