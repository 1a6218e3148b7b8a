import fc from "fast-check";
import { expect, it } from "vitest";
import { Body, isBody } from "./adapter.ts";

const member = fc.oneof(fc.string(), fc.double(), fc.constantFrom("", null, true, {}, [], 0), fc.jsonValue());

it("takes on sight only what the schema takes too, unchanged", () => {
  let taken = 0;
  fc.assert(
    fc.property(
      fc.record(
        {
          device: member,
          time: member,
          values: fc.oneof(fc.dictionary(fc.string(), member), member),
          __proto__: member,
          other: member,
        },
        { requiredKeys: [] },
      ),
      (json) => {
        if (!isBody(json)) return;
        taken++;
        expect(Body.parse(json)).toEqual(json);
      },
    ),
    { numRuns: 5000 },
  );
  expect(taken).toBeGreaterThan(10);
});

it("takes on sight every single body that the schema takes", () => {
  const body = fc.record(
    {
      device: fc.string({ minLength: 1 }),
      time: fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true })),
      values: fc.dictionary(fc.string(), fc.jsonValue()),
    },
    { requiredKeys: ["values"] },
  );
  fc.assert(
    fc.property(body, (json) => {
      expect(isBody(json)).toBe(true);
      expect(Body.safeParse(json).success).toBe(true);
    }),
  );
});
