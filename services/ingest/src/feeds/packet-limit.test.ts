import fc from "fast-check";
import { generate } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { createPacketLimit } from "./packet-limit.ts";

const publish = (payloadBytes: number) =>
  generate({
    cmd: "publish",
    topic: "a",
    payload: Buffer.alloc(payloadBytes),
    qos: 0,
    dup: false,
    retain: false,
  });

/** Topic length (2 bytes), topic (1 byte). */
const BEFORE_PAYLOAD = 3;

describe("the packet limit", () => {
  it("lets packets within the limit pass, however the bytes are cut into chunks", () => {
    const limit = 300;
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: limit - BEFORE_PAYLOAD }), { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
        (payloads, cuts) => {
          const stream = Buffer.concat(payloads.map(publish));
          const check = createPacketLimit(limit);
          for (let at = 0, cut = 0; at < stream.length; cut++) {
            const end = at + (cuts[cut % cuts.length] ?? 1);
            expect(check(stream.subarray(at, end))).toBe(0);
            at = end;
          }
        },
      ),
    );
  });

  it("finds the one packet that is over the limit by its header alone, wherever it stands and however it is cut", () => {
    const limit = 300;
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: limit - BEFORE_PAYLOAD }), { maxLength: 10 }),
        fc.integer({ min: limit - BEFORE_PAYLOAD + 1, max: 3_000_000 }),
        fc.integer({ min: 1, max: 50 }),
        (payloads, tooMany, step) => {
          const header = publish(tooMany).subarray(0, 5);
          const stream = Buffer.concat([...payloads.map(publish), header]);
          const check = createPacketLimit(limit);
          const seen: number[] = [];
          for (let at = 0; at < stream.length; at += step) seen.push(check(stream.subarray(at, at + step)));
          expect(seen.find((length) => length > 0)).toBe(tooMany + BEFORE_PAYLOAD);
        },
      ),
    );
  });
});
