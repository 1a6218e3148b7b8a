import { describe, expect, it } from "vitest";
import { type Codec, openCodec } from "./codec.ts";
import type { CodecLimits } from "./limits.ts";

const UPLINK = { fPort: 1, bytes: Uint8Array.from([1, 2, 3]), recvTime: 1_700_000_000_000 };
const HARMLESS = { fPort: 2, bytes: Uint8Array.from([42]), recvTime: 1_700_000_000_000 };

/** Misbehaves on port 1, and works on port 2. */
function misbehaving(body: string, limits?: Partial<CodecLimits>): Promise<Codec> {
  const source = `function decodeUplink(input) {
    if (input.fPort === 2) return { data: { v: input.bytes[0] } };
    ${body}
  }`;
  return openCodec(source, limits ? { limits } : {});
}

describe.each([
  ["steps_exceeded", "an endless loop", "for (;;);"],
  [
    "steps_exceeded",
    "an endless loop that catches everything",
    "for (;;) try { for (;;) { null.x } } catch {}",
  ],
  [
    "steps_exceeded",
    "a regular expression that backtracks without an end",
    "/^(a+)+$/.test('a'.repeat(40) + 'b')",
  ],
  [
    "steps_exceeded",
    "a built-in on a huge array-like",
    "Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)",
  ],
  ["steps_exceeded", "a built-in on a huge sparse array", "var a = []; a.length = 4294967295; a.includes(1)"],
  [
    "steps_exceeded",
    "a search for a long text in a long text",
    "'a'.repeat(1e6).indexOf('a'.repeat(5e5) + 'b')",
  ],
  ["steps_exceeded", "large copies in a loop", "for (;;) 'x'.repeat(7e6)"],
  ["steps_exceeded", "large fills in a loop", "var a = new Uint8Array(8e6); for (;;) a.fill(1)"],
  ["steps_exceeded", "large numbers", "var n = 3n; for (;;) n = (n * n) % (1n << 200000n)"],
  ["steps_exceeded", "a getter without an end", "return { data: { get a() { for (;;); } } }"],
  ["steps_exceeded", "an endless Proxy", "return new Proxy({}, { get() { for (;;); } })"],
  ["steps_exceeded", "an endless toJSON", "return { data: { toJSON() { for (;;); } } }"],
  [
    "steps_exceeded",
    "an error whose message does not end",
    "throw { toString() { for (;;); }, toJSON() { for (;;); } }",
  ],
  ["steps_exceeded", "an endless generator", "for (const x of (function* () { for (;;) yield 1; })());"],
  ["steps_exceeded", "sorting without an end", "[3, 1, 2].sort(function f() { for (;;); })"],
  ["steps_exceeded", "code made at run time", "new Function('for (;;);')()"],
  ["memory_exceeded", "an array that grows", "var a = []; for (;;) a.push(new Array(10000).fill(0))"],
  ["memory_exceeded", "large typed arrays", "var a = []; for (;;) a.push(new Uint8Array(1e6))"],
  ["memory_exceeded", "one huge typed array", "new Uint8Array(1e9)"],
  ["memory_exceeded", "one huge text", "'x'.repeat(2 ** 29)"],
  ["memory_exceeded", "a text that doubles", "var s = 'xy'; for (;;) s += s"],
  [
    "memory_exceeded",
    "a million keys",
    "var o = {}; for (var i = 0; i < 1e6; i++) o['k' + i] = i; return { data: o }",
  ],
  ["stack_exceeded", "a recursion without an end", "(function f() { return f() + 1; })()"],
  ["stack_exceeded", "a recursion of built-ins", "var o = { toString() { return '' + o; } }; return '' + o"],
  ["stack_exceeded", "a recursion of sorts", "(function f() { [2, 1].sort(f); })()"],
  ["output_too_large", "a huge result", "return { data: { s: 'x'.repeat(1e5) } }"],
  [
    "output_too_large",
    "many keys",
    "var o = {}; for (var i = 0; i < 1e4; i++) o['k' + i] = i; return { data: o }",
  ],
])("ends with %s: %s", (code, _, body) => {
  it("within its limits, and the next call works", async () => {
    // Nothing else is to run out before that which is tested.
    const limits = { steps: code === "steps_exceeded" ? 1_000_000 : 200_000_000 };
    const codec = await misbehaving(body, limits);
    const result = codec.decode(UPLINK);
    expect(result).toEqual({ code, errors: [expect.any(String)] });
    expect(codec.decode(HARMLESS)).toEqual({ data: { v: 42 } });
    expect(codec.decode(UPLINK)).toEqual(result);
    expect(codec.decode(HARMLESS)).toEqual({ data: { v: 42 } });
  });
});

describe.each([
  ["a deep result", "var a = {}; for (var i = 0; i < 3e4; i++) a = { a }; return { data: a }"],
  ["a deep text", "JSON.parse('['.repeat(1e5))"],
  ["a deep script", "new Function('('.repeat(1e5))()"],
  ["a deep regular expression", "new RegExp('('.repeat(1e5) + ')'.repeat(1e5))"],
  ["a chain of Proxies", "var p = {}; for (var i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x"],
  ["a chain of prototypes", "var p = {}; for (var i = 0; i < 1e5; i++) p = Object.create(p); return p.x"],
  ["a chain of bound functions", "var f = () => 1; for (var i = 0; i < 1e5; i++) f = f.bind(); return f()"],
  [
    "a chain of texts",
    "var s = ''; for (var i = 0; i < 1e5; i++) s = 'a' + s + 'b'; return { data: { s: s.length + s[7] } }",
  ],
  ["a deep flat", "var a = []; for (var i = 0; i < 1e5; i++) a = [a]; a.flat(Infinity)"],
  ["promises without an end", "(function f() { return Promise.resolve().then(f); })(); return { data: {} }"],
  [
    "an out of memory that is caught",
    "try { var a = []; for (;;) a.push(new Uint8Array(1e6)); } catch { a = 0; } return { data: {} }",
  ],
  ["a stack overflow that is caught", "function f() { try { f(); } catch { f(); } } f()"],
])("survives %s", (_, body) => {
  it("with a result, and the next call works", async () => {
    const codec = await misbehaving(body);
    const result = codec.decode(UPLINK);
    expect(result.errors ?? result.data).toBeDefined();
    expect(result.code).not.toBe("engine_failed");
    expect(codec.decode(HARMLESS)).toEqual({ data: { v: 42 } });
    expect(codec.decode(UPLINK)).toEqual(result);
  });
});

describe("limits", () => {
  const work = "for (var i = 0, n = input.bytes[0] * 1000; i < n; i++); return { data: { i } }";

  it("count the same work as the same steps in another engine", async () => {
    const first = await misbehaving(work);
    const second = await misbehaving(work);
    expect(first.lastSteps).toBe(0);
    first.decode(UPLINK);
    first.decode(UPLINK);
    second.decode(UPLINK);
    expect(first.lastSteps).toBeGreaterThan(1000);
    expect(second.lastSteps).toBe(first.lastSteps);
  });

  it("are exact: what takes n steps is done with n, and not with n - 1", async () => {
    const codec = await misbehaving(work);
    expect(codec.decode(UPLINK)).toEqual({ data: { i: 1000 } });
    const steps = codec.lastSteps;
    expect((await misbehaving(work, { steps })).decode(UPLINK)).toEqual({ data: { i: 1000 } });
    expect((await misbehaving(work, { steps: steps - 1 })).decode(UPLINK)).toMatchObject({
      code: "steps_exceeded",
    });
  });

  it("of the output are exact", async () => {
    const body = "return { data: { s: 'x'.repeat(100) } }";
    const size = JSON.stringify({ data: { s: "x".repeat(100) } }).length;
    expect((await misbehaving(body, { output: size })).decode(UPLINK)).toHaveProperty("data");
    expect((await misbehaving(body, { output: size - 1 })).decode(UPLINK)).toMatchObject({
      code: "output_too_large",
    });
  });

  it("of memory can be lower", async () => {
    const body = "return { data: { n: new Uint8Array(1e6).length } }";
    expect((await misbehaving(body)).decode(UPLINK)).toEqual({ data: { n: 1_000_000 } });
    expect((await misbehaving(body, { memory: 1 << 19 })).decode(UPLINK)).toMatchObject({
      code: "memory_exceeded",
    });
  });

  it("hold for each call alone", async () => {
    const codec = await misbehaving("var a = new Uint8Array(10e6); return { data: { n: a.length } }");
    for (let call = 0; call < 20; call++) expect(codec.decode(UPLINK)).toEqual({ data: { n: 10_000_000 } });
  });

  it("keep the host's memory flat over many calls", async () => {
    const codec = await misbehaving("return { data: { s: 'x'.repeat(1000) } }");
    for (let call = 0; call < 2000; call++) codec.decode(UPLINK);
    const before = process.memoryUsage();
    for (let call = 0; call < 20_000; call++) codec.decode(UPLINK);
    const after = process.memoryUsage();
    expect(after.external + after.arrayBuffers - before.external - before.arrayBuffers).toBeLessThan(8 << 20);
    expect(after.rss - before.rss).toBeLessThan(128 << 20);
  });
});
