import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSenmlPack, looksLikeSenml, resolveSenml, SenmlPack } from "./senml.ts";

const resolve = (pack: unknown) => resolveSenml(SenmlPack.parse(pack));

describe("a resolved pack", () => {
  it("has base name, time and unit in every record until they change", () => {
    expect(
      resolve([
        { bn: "a:", bt: 1795521600, bu: "A", n: "x", u: "V", v: 1 },
        { n: "y", t: -5, v: 2 },
        { bn: "b/", n: "y", bu: "W", v: 3 },
      ]).map(({ name, unit, time, value }) => [name, unit, time, value]),
    ).toEqual([
      ["a:x", "V", 1795521600, 1],
      ["a:y", "A", 1795521595, 2],
      ["b/y", "W", 1795521600, 3],
    ]);
  });

  it("adds base value and base sum, and takes a missing one for zero", () => {
    expect(
      resolve([
        { n: "x", bv: 100, v: 1, bs: 50 },
        { n: "x", s: 2 },
        { n: "x", vs: "text" },
      ]).map(({ value, sum }) => [value, sum]),
    ).toEqual([
      [101, 50],
      [100, 52],
      [null, 50],
    ]);
  });

  it("reads lower versions, and no later one", () => {
    expect(resolve([{ bver: 5, n: "x", v: 1 }])).toHaveLength(1);
    expect(() => resolve([{ bver: 11, n: "x", v: 1 }])).toThrow(/version of SenML up to 10, came 11/);
  });

  it("needs a name", () => {
    expect(() => resolve([{ v: 1 }])).toThrow(/expected a name/);
  });
});

describe("what looks like SenML", () => {
  it.each([
    [[{ n: "x", v: 1 }]],
    [[{ bn: "x", u: "Cel", v: 1 }]],
    [
      [
        { bn: "x", bt: 1 },
        { n: "y", v: 1 },
      ],
    ],
  ])("is %j", (json) => expect(looksLikeSenml(json)).toBe(true));

  it.each([[[]], [{}], [[{ n: 1 }]], [[{ v: 1 }]], ["n"], [null], [[null]]])("is not %j", (json) =>
    expect(looksLikeSenml(json)).toBe(false),
  );
});

it("A pack that is known at a glance is one that the schema takes, and nothing else", () => {
  const field = fc.oneof(
    fc.constantFrom("n", "u", "bn", "bu", "vs", "v", "t", "s", "bt", "bv", "bs", "bver", "vb", "vd"),
    fc.constantFrom("ut", "x", "x_", "__proto__", "constructor"),
  );
  const value = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null), fc.object());
  const record = fc.dictionary(field, value, { maxKeys: 5 });
  let known = 0;
  fc.assert(
    fc.property(fc.oneof(fc.array(record, { maxLength: 4 }), fc.anything()), (pack) => {
      if (!isSenmlPack(pack)) return;
      known++;
      expect(SenmlPack.safeParse(pack)).toEqual({ success: true, data: pack });
    }),
    { numRuns: 2000 },
  );
  expect(known).toBeGreaterThan(20);
});
