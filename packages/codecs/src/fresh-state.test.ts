import { describe, expect, it } from "vitest";
import { openCodec } from "./codec.ts";

const UPLINK = { fPort: 1, bytes: Uint8Array.from([1, 2]), recvTime: 1_700_000_000_000 };

describe.each([
  ["a global variable", "var n = 0; function decodeUplink() { return { data: { n: ++n } }; }", { n: 1 }],
  [
    "a global that was not declared",
    "function decodeUplink() { var was = typeof leaked; leaked = 1; return { data: { was } }; }",
    { was: "undefined" },
  ],
  ["a let", "let n = 0; function decodeUplink() { return { data: { n: ++n } }; }", { n: 1 }],
  [
    "a closure",
    "const decodeUplink = (() => { let n = 0; return () => ({ data: { n: ++n } }); })();",
    { n: 1 },
  ],
  [
    "an object of the script",
    "var data = {}; function decodeUplink(i) { data['k' + Object.keys(data).length] = 1; return { data }; }",
    { k0: 1 },
  ],
  [
    "a property of the function",
    "function decodeUplink() { decodeUplink.n = (decodeUplink.n || 0) + 1; return { data: { n: decodeUplink.n } }; }",
    { n: 1 },
  ],
  [
    "a regular expression's lastIndex",
    "var r = /a/g; function decodeUplink() { return { data: { m: r.test('a') } }; }",
    { m: true },
  ],
  [
    "a generator",
    "var g = (function* () { yield 1; yield 2; })(); function decodeUplink() { return { data: { n: g.next().value } }; }",
    { n: 1 },
  ],
  [
    "a polluted prototype",
    "function decodeUplink() { var was = String({}.p); Object.prototype.p = 1; return { data: { was } }; }",
    { was: "undefined" },
  ],
  [
    "a changed built-in",
    "function decodeUplink() { var v = Math.max(1, 2); Math.max = () => 99; return { data: { v } }; }",
    { v: 2 },
  ],
  [
    "a changed JSON",
    "function decodeUplink() { JSON.stringify = () => '{}'; JSON.parse = () => 7; return { data: { v: 1 } }; }",
    { v: 1 },
  ],
  [
    "a changed module",
    "function decodeUplink() { var was = typeof module.exports.x; module.exports.x = 1; return { data: { was } }; }",
    { was: "undefined" },
  ],
  [
    "a frozen world",
    "function decodeUplink() { var open = Object.isExtensible(globalThis); Object.freeze(globalThis); Object.freeze(Object.prototype); return { data: { open } }; }",
    { open: true },
  ],
  [
    "a deleted function",
    "function decodeUplink() { delete globalThis.Array; decodeUplink = undefined; return { data: { v: 1 } }; }",
    { v: 1 },
  ],
  [
    "a promise's job",
    "var n = 0; function decodeUplink() { Promise.resolve().then(() => { n = 5; }); return { data: { n } }; }",
    { n: 0 },
  ],
  [
    "a number at random",
    "var last; function decodeUplink() { var v = Math.random(); var same = last === undefined; last = v; return { data: { same } }; }",
    { same: true },
  ],
])("a call leaves nothing behind: %s", (_, source, data) => {
  it("so that every call is the first", async () => {
    const codec = await openCodec(source);
    for (let call = 0; call < 3; call++) expect(codec.decode(UPLINK)).toEqual({ data });
  });
});

describe("the same input", () => {
  const source = `
    var loaded = Date.now();
    function decodeUplink(input) {
      var now = new Date();
      return { data: {
        random: [Math.random(), Math.random()],
        now: Date.now(), iso: now.toISOString(), text: new Date(2020, 6, 1).toString(), offset: now.getTimezoneOffset(),
        hours: now.getHours(), parsed: Date.parse('2020-02-03T04:05:06'), year: new Date(NaN).getFullYear(), old: new Date(1900, 0, 1).getTime(),
        leap: new Date(2024, 1, 29, 12).getDate(), loaded: loaded,
      } };
    }`;

  it("has the same result in every engine, at random and at any time", async () => {
    const first = (await openCodec(source)).decode(UPLINK);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await openCodec(source)).decode(UPLINK)).toEqual(first);
  });

  it("has no clock and no time zone but the receive time in UTC", async () => {
    const { data } = (await openCodec(source)).decode(UPLINK);
    expect(data).toMatchObject({
      now: UPLINK.recvTime,
      iso: "2023-11-14T22:13:20.000Z",
      text: "Wed Jul 01 2020 00:00:00 GMT+0000",
      offset: 0,
      hours: 22,
      parsed: Date.UTC(2020, 1, 3, 4, 5, 6),
      year: null,
      old: Date.UTC(1900, 0, 1),
      leap: 29,
      loaded: 0,
    });
  });

  it("is not changed by the calls before", async () => {
    const codec = await openCodec(source);
    const first = codec.decode(UPLINK);
    codec.decode({ ...UPLINK, recvTime: 0 });
    codec.decode({ ...UPLINK, recvTime: -1e12 });
    expect(codec.decode(UPLINK)).toEqual(first);
  });
});

it("codecs share nothing", async () => {
  const [first, second] = await Promise.all([
    openCodec(
      "function decodeUplink() { Object.prototype.p = 1; globalThis.q = 2; return { data: { p: {}.p } }; }",
    ),
    openCodec("function decodeUplink() { return { data: { p: typeof {}.p, q: typeof q } }; }"),
  ]);
  expect(first.decode(UPLINK)).toEqual({ data: { p: 1 } });
  expect(second.decode(UPLINK)).toEqual({ data: { p: "undefined", q: "undefined" } });
});
