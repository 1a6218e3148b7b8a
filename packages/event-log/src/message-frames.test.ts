import type { Message } from "@kota/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageFrames } from "./message-frames.ts";

const message = fc.record(
  {
    topic: fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[\w/"\\é]{0,20}$/)),
    payload: fc.uint8Array({ maxLength: 300 }),
    receivedAt: fc.oneof(
      fc.integer({ min: 0, max: 4e12 }),
      fc.constantFrom(0, 1.5, -3, 1e15, 999_999_999_999_999),
    ),
    source: fc.constantFrom("mqtt", "http"),
    redelivered: fc.constant(true as const),
    attributes: fc.dictionary(fc.stringMatching(/^[a-z-]{1,10}$/), fc.string()),
  },
  { requiredKeys: ["topic", "payload", "receivedAt", "source"] },
);

describe("the frames of messages", () => {
  it("give back every byte of every message, in order", () => {
    const plain = ({ payload, ...rest }: Message) => ({ ...rest, payload: [...payload] });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), (messages) => {
        const sent = messages as Message[];
        expect(messageFrames.decode(messageFrames.encode(sent)).map(plain)).toEqual(sent.map(plain));
      }),
    );
  });

  it.each([
    ["cut in the payload", '[1,"mqtt",0,10,"t"]\nabc'],
    ["without a header", "\n"],
    ["with a header that is no JSON", "[1,\nabc\n"],
    ["with a header that is no list", "null\n\n"],
    ["with too short a header", "[1]\n"],
    ["with a length below nothing", '[1,"mqtt",0,-40,"t"]\n\n'],
    ["with a leading zero", '[1,"mqtt",0,03,"t"]\nabc\n'],
    ["without a length", '[1,"mqtt",0,,"t"]\n\n'],
    ["without a time", '[,"mqtt",0,0,"t"]\n\n'],
    ["with a length beyond all bytes", '[1,"mqtt",0,1e300,"t"]\n\n'],
  ])("%s are refused as unreadable", (_name, text) => {
    expect(() => messageFrames.decode(Buffer.from(text))).toThrow(/frame in the log/);
  });

  it("of any other bytes are refused with that one error, and reading them comes to an end", () => {
    const header = fc.string().map((text) => Buffer.from(`[${text}]\n`));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), header), (bytes) => {
        try {
          messageFrames.decode(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: "record_unreadable" });
        }
      }),
    );
  });

  it("are read however a JSON writer may have written them", () => {
    const text = '[5, "mqtt", 0, 2, "a\\u002fb"]\nhi\n[6,"http",1,0,"é",{"a":"b"}]\n\n';
    expect(messageFrames.decode(Buffer.from(text))).toMatchObject([
      { topic: "a/b", payload: Buffer.from("hi"), receivedAt: 5, source: "mqtt" },
      { topic: "é", receivedAt: 6, source: "http", redelivered: true, attributes: { a: "b" } },
    ]);
  });

  it("can be read by eye", () => {
    const bytes = messageFrames.encode([
      { topic: "a/b", payload: Buffer.from("hi"), receivedAt: 5, source: "mqtt" },
    ]);
    expect(Buffer.from(bytes).toString()).toBe('[5,"mqtt",0,2,"a/b"]\nhi\n');
  });
});
