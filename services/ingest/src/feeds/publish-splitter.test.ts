import fc from "fast-check";
import { generate, type IPublishPacket, type Packet, parser } from "mqtt-packet";
import { expect, it } from "vitest";
import { createPublishSplitter, type Publish } from "./publish-splitter.ts";

const topic = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 });
const payload = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const messageId = fc.integer({ min: 1, max: 65_535 });

const publish: fc.Arbitrary<IPublishPacket> = fc.oneof(
  fc.record({
    ...{ cmd: fc.constant("publish" as const), qos: fc.constant(1 as const) },
    ...{ topic, payload, messageId, dup: fc.boolean(), retain: fc.boolean() },
  }),
  fc.record({
    ...{ cmd: fc.constant("publish" as const), qos: fc.constant(0 as const) },
    ...{ topic, payload, dup: fc.constant(false), retain: fc.boolean() },
  }),
);
const withProperties = fc.tuple(publish, fc.boolean()).map(([packet, has]) =>
  has
    ? {
        ...packet,
        properties: {
          contentType: "text/plain",
          // Makes the properties longer than one byte of length can say.
          userProperties: { a: "x".repeat(150), b: "y" },
          subscriptionIdentifier: 7,
        },
      }
    : packet,
);
const other: fc.Arbitrary<Packet> = fc.oneof(
  fc.constant<Packet>({ cmd: "pingresp" }),
  messageId.map<Packet>((id) => ({ cmd: "suback", messageId: id, granted: [1] })),
  fc.tuple(topic, payload, messageId).map<Packet>(([to, bytes, id]) => ({
    ...{ cmd: "publish", qos: 2, topic: to, payload: bytes, messageId: id, dup: false, retain: false },
  })),
);

function split(bytes: Buffer, sizes: readonly number[], version: 4 | 5): (Publish | Buffer)[] {
  const splitter = createPublishSplitter(version);
  const out: (Publish | Buffer)[] = [];
  let at = 0;
  for (let n = 0; at < bytes.length; n++) {
    const end = Math.min(bytes.length, at + (sizes[n % sizes.length] ?? 1));
    splitter.push(bytes.subarray(at, end));
    for (let next = splitter.next(); next !== null; next = splitter.next()) out.push(next);
    at = end;
  }
  return out;
}

function messageOf(packet: IPublishPacket): Publish {
  return {
    topic: packet.topic,
    payload: packet.payload as Buffer,
    messageId: packet.messageId ?? 0,
    redelivered: packet.dup,
    retained: packet.retain,
  };
}

function packetsIn(bytes: Buffer, protocolVersion: 4 | 5): Packet[] {
  const packets: Packet[] = [];
  const reader = parser({ protocolVersion });
  reader.on("packet", (packet: Packet) => packets.push(packet));
  reader.parse(bytes);
  return packets;
}

it.each([4, 5] as const)(
  "takes out every message and leaves the other packets as they are, however the bytes are cut (version %i)",
  (protocolVersion) => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 3, arbitrary: withProperties }, other), { minLength: 1, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 }),
        (packets, sizes) => {
          const bytes = packets.map((packet) => generate(packet, { protocolVersion }));
          const out = split(Buffer.concat(bytes), sizes, protocolVersion);
          const isMessage = (packet: Packet): packet is IPublishPacket =>
            packet.cmd === "publish" && packet.qos < 2;
          expect(out.filter((each) => !Buffer.isBuffer(each))).toEqual(
            packets.filter(isMessage).map(messageOf),
          );
          const rest = Buffer.concat(out.filter((each) => Buffer.isBuffer(each)));
          expect(rest).toEqual(Buffer.concat(bytes.filter((_, n) => !isMessage(packets[n] as Packet))));
          expect(packetsIn(rest, protocolVersion)).toHaveLength(packets.filter((p) => !isMessage(p)).length);
        },
      ),
      { numRuns: 200 },
    );
  },
);

it("keeps the order of messages and other packets", () => {
  const ping = generate({ cmd: "pingresp" });
  const message = (id: number) =>
    generate({ cmd: "publish", qos: 1, topic: "t", payload: "p", messageId: id, dup: false, retain: false });
  const out = split(Buffer.concat([ping, ping, message(1), message(2), ping]), [1000], 4);
  expect(out.map((each) => (Buffer.isBuffer(each) ? each.length : each.messageId))).toEqual([4, 1, 2, 2]);
});

it("reads a message of several megabytes that comes in many pieces", () => {
  const large = Buffer.alloc(5_000_000, "x");
  const bytes = generate({
    ...{ cmd: "publish", qos: 1, topic: "t", payload: large, messageId: 9, dup: false, retain: false },
  });
  const [message] = split(bytes, [65_536], 4);
  expect(message).toMatchObject({ topic: "t", messageId: 9 });
  expect((message as Publish).payload.equals(large)).toBe(true);
});

it.each([
  ["no topic", [0x32, 5, 0, 0, 0, 1, 0x61]],
  ["packet identifier 0", [0x32, 6, 0, 1, 0x61, 0, 0, 0x62]],
  ["a topic longer than the packet", [0x32, 5, 0, 9, 0x61, 0, 1]],
  ["properties longer than the packet", [0x32, 6, 0, 1, 0x61, 0, 1, 0x7f]],
  ["a length of five bytes", [0x32, 0xff, 0xff, 0xff, 0xff, 0x01, 0]],
])("leaves a PUBLISH with %s to the client", (_, packet) => {
  const out = split(Buffer.from(packet), [100], 5);
  expect(Buffer.concat(out as Buffer[])).toEqual(Buffer.from(packet));
});

it("does not fail on any bytes, and loses none of those that are no message", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 4 }),
      (bytes, sizes) => {
        // No first byte of a packet, and no byte of a length, makes it a message.
        const others = Buffer.from(bytes).map((byte) => (byte >> 4 === 3 ? byte & 0x0f : byte));
        const out = split(Buffer.from(others), sizes, 5).map((each) => each as Buffer);
        const passed = Buffer.concat(out);
        expect(passed.equals(Buffer.from(others).subarray(0, passed.length))).toBe(true);
        split(Buffer.from(bytes), sizes, 5);
      },
    ),
  );
});
