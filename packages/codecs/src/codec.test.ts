import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CodecOptions, openCodec } from "./codec.ts";
import type { CodecResult } from "./codec-result.ts";

const TIME = Date.UTC(2024, 4, 6, 7, 8, 9, 10);

async function decode(source: string, bytes: number[] = [], options?: CodecOptions): Promise<CodecResult> {
  const codec = await openCodec(source, options);
  return codec.decode({ fPort: 7, bytes: Uint8Array.from(bytes), recvTime: TIME });
}

const returning = (expression: string): string => `function decodeUplink(input) { return ${expression}; }`;

describe("a codec's function", () => {
  it.each([
    [
      "decodeUplink",
      "function decodeUplink(input) { return { data: { sum: input.bytes[0] + input.fPort } }; }",
    ],
    [
      "decodeUplink as a const",
      "const decodeUplink = ({ bytes, fPort }) => ({ data: { sum: bytes[0] + fPort } });",
    ],
    ["Decode of ChirpStack v3", "function Decode(fPort, bytes) { return { sum: bytes[0] + fPort }; }"],
    [
      "Decoder of The Things Network v2",
      "function Decoder(bytes, port) { return { sum: bytes[0] + port }; }",
    ],
    [
      "decodeUplink in module.exports",
      "module.exports = { decodeUplink: (i) => ({ data: { sum: i.bytes[0] + i.fPort } }) };",
    ],
    ["Decoder in exports", "exports.Decoder = (bytes, port) => ({ sum: bytes[0] + port });"],
    [
      "decodeUplink before an older one",
      "function Decoder() { return { sum: 0 }; } function decodeUplink(i) { return { data: { sum: i.bytes[0] + i.fPort } }; }",
    ],
  ])("is found: %s", async (_, source) => {
    expect(await decode(source, [35])).toEqual({ data: { sum: 42 } });
  });

  it("gets the bytes as a plain array, the receive time as a Date, and the variables", async () => {
    const source = returning(
      "{ data: { array: Array.isArray(input.bytes), bytes: input.bytes.slice(1), time: input.recvTime.getTime(), k: input.variables.k } }",
    );
    expect(await decode(source, [1, 2, 255], { variables: { k: "v" } })).toEqual({
      data: { array: true, bytes: [2, 255], time: TIME, k: "v" },
    });
    expect(
      await decode("function Decode(p, b, variables) { return { k: variables.k }; }", [], {
        variables: { k: "v" },
      }),
    ).toEqual({ data: { k: "v" } });
  });

  it("runs in sloppy mode, as it does elsewhere", async () => {
    expect(await decode("function decodeUplink() { leaked = 010; return { data: { leaked } }; }")).toEqual({
      data: { leaked: 8 },
    });
  });
});

describe("a script that is no codec", () => {
  it.each([
    ["does not parse", "function decodeUplink( {", /SyntaxError.*\(line 1\)/],
    ["throws", "\n\nthrow new Error('no key');", /Error: no key \(line 3\)/],
    ["throws something else", "throw 7;", /: 7$/],
    ["has no function", "var decodeUplink = 5;", /no function that decodes uplinks/],
    ["does not come to an end", "for (;;);", /does not come to an end/],
    ["recurses without an end", "(function f() { f(); })();", /stack overflow|nested too deep/],
    ["needs too much memory", "var a = []; for (;;) a.push(new Array(1e4).fill(0));", /out of memory/],
    ["is an ES module", "export function decodeUplink() {}", /SyntaxError/],
  ])("is refused with a sentence when it %s", async (_, source, message) => {
    await expect(openCodec(source)).rejects.toMatchObject({
      code: "city_invalid",
      message: expect.stringMatching(message),
    });
  });
});

describe("a result", () => {
  it.each([
    ["undefined and functions are left out", "{ a: undefined, f() {}, b: 1 }", { b: 1 }],
    ["they are null in arrays", "{ a: [undefined, () => 1, 2] }", { a: [null, null, 2] }],
    ["NaN and Infinity are null", "{ a: NaN, b: [Infinity], c: -Infinity }", { a: null, b: [null], c: null }],
    ["-0 is 0", "{ a: -0 }", { a: 0 }],
    ["a Date is its text", "{ at: input.recvTime }", { at: "2024-05-06T07:08:09.010Z" }],
    ["a getter's value is taken", "{ get a() { return 3; } }", { a: 3 }],
    ["a Proxy is read", "new Proxy({ a: 1 }, { get: (t, k) => (k === 'toJSON' ? undefined : 5) })", { a: 5 }],
    ["toJSON is heard", "{ toJSON: () => ({ a: 9 }) }", { a: 9 }],
    ["a typed array is an object", "{ a: new Uint8Array([1, 2]) }", { a: { 0: 1, 1: 2 } }],
    ["text of any kind survives", "{ a: '°C \\u0000 \\ud83c\\udf0a \\\\\"' }", { a: '°C \u0000 🌊 \\"' }],
    ["half a character is replaced by nothing harmful", "{ a: '\\ud83c' }", { a: "\ud83c" }],
    ["an empty object is data", "{}", {}],
  ])("as JSON has it: %s", async (_, expression, data) => {
    expect(await decode(returning(`{ data: ${expression} }`))).toEqual({ data });
  });

  it("keeps a key `__proto__` away from whoever copies the data", async () => {
    const result = await decode(
      returning('{ data: JSON.parse(\'{"__proto__":{"a":1},"b":{"__proto__":1,"c":2}}\') }'),
    );
    expect(result).toEqual({ data: { b: { c: 2 } } });
    expect(Object.hasOwn(result.data ?? {}, "__proto__")).toBe(false);
  });

  it("may carry warnings", async () => {
    expect(await decode(returning("{ data: { a: 1 }, warnings: ['low battery', 7] }"))).toEqual({
      data: { a: 1 },
      warnings: ["low battery", "7"],
    });
  });

  it("with empty lists of errors and warnings has none", async () => {
    expect(await decode(returning("{ data: { a: 1 }, errors: [], warnings: [] }"))).toEqual({
      data: { a: 1 },
    });
  });

  it.each([
    ["errors of its own", "{ errors: ['unknown port'], warnings: ['w'] }", ["unknown port"], ["w"]],
    ["errors beside data", "{ data: { a: 1 }, errors: ['bad'] }", ["bad"], undefined],
    ["a text for a list", "{ errors: 'bad' }", ["bad"], undefined],
    [
      "objects for texts",
      "{ errors: [{ type: 3 }, new Error('x'), null] }",
      ['{"type":3}', "Error: x (line 1)", "null"],
      undefined,
    ],
  ])("is errors: %s", async (_, expression, errors, warnings) => {
    expect(await decode(returning(expression))).toEqual({
      code: "reported",
      errors,
      ...(warnings ? { warnings } : {}),
    });
  });

  it("tells at most 20 errors of 1000 characters", async () => {
    const { errors } = await decode(returning("{ errors: new Array(5000).fill('x'.repeat(5000)) }"));
    expect(errors).toHaveLength(20);
    expect(errors?.[0]).toHaveLength(1000);
  });

  it.each([
    ["nothing", "undefined", /returned nothing/],
    ["null", "null", /returned nothing/],
    ["a number", "5", /returned nothing/],
    ["no data and no errors", "{}", /data should be an object; came none/],
    ["data null", "{ data: null }", /came null/],
    ["data that is an array", "{ data: [1] }", /came an array/],
    ["data that is a text", "{ data: 'abc' }", /came abc/],
    ["data that is a function", "{ data() {} }", /came none/],
    ["a promise", "Promise.resolve({ data: {} })", /returned a promise/],
    [
      "a cycle",
      "(() => { const a = {}; a.a = a; return { data: a }; })()",
      /cannot be written as JSON.*circular/,
    ],
    ["a BigInt", "{ data: { a: 1n } }", /cannot be written as JSON.*bigint/i],
    ["a getter that throws", "{ data: { get a() { throw 'up'; } } }", /cannot be written as JSON: up/],
    ["a Proxy that throws", "new Proxy({}, { get() { throw new Error('trap'); } })", /Error: trap/],
    [
      "a revoked Proxy",
      "(() => { const p = Proxy.revocable({}, {}); p.revoke(); return { data: p.proxy }; })()",
      /proxy/i,
    ],
    [
      "data too deep",
      "{ data: { a: (() => { let a = 1; for (let i = 0; i < 40; i++) a = [a]; return a; })() } }",
      /nested deeper than 32/,
    ],
  ])("is invalid when it is %s", async (_, expression, message) => {
    const result = await decode(returning(expression));
    expect(result).toMatchObject({ code: "output_invalid", errors: [expect.stringMatching(message)] });
  });

  it("may be 32 deep", async () => {
    const nest = "{ data: { a: (() => { let a = 1; for (let i = 0; i < 31; i++) a = [a]; return a; })() } }";
    expect(await decode(returning(nest))).toHaveProperty("data.a");
  });
});

describe("what a codec throws", () => {
  it.each([
    ["an Error", "new RangeError('too short')", "RangeError: too short (line 1)"],
    ["a text", "'bad payload'", "bad payload"],
    ["a number", "404", "404"],
    ["undefined", "undefined", "undefined"],
    ["null", "null", "null"],
    ["a symbol", "Symbol('s')", "Symbol(s)"],
    ["an object", "{ reason: 'x' }", '{"reason":"x"}'],
    ["a function", "(() => 1)", "() => 1"],
    ["a cycle", "(() => { const a = {}; a.a = a; return a; })()", "something that cannot be told"],
    [
      "an object that throws in toString",
      "Object.assign(() => 1, { toString() { throw 1; } })",
      "something that cannot be told",
    ],
    [
      "a Proxy that throws",
      "new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 1; } })",
      "something that cannot be told",
    ],
    [
      "an Error with a throwing message",
      "Object.defineProperty(new Error(), 'message', { get() { throw 1; } })",
      "something that cannot be told",
    ],
  ])("becomes a text: %s", async (_, thrown, text) => {
    expect(await decode(`function decodeUplink() { throw ${thrown}; }`)).toEqual({
      code: "threw",
      errors: [text],
    });
  });

  it("tells the line", async () => {
    const source = "function decodeUplink(input) {\n  var a;\n  return a.b;\n}";
    expect(await decode(source)).toEqual({
      code: "threw",
      errors: ["TypeError: cannot read property 'b' of undefined (line 3)"],
    });
  });
});

describe("an uplink that is none", () => {
  it.each([
    ["a port out of range", { fPort: 256 }],
    ["a negative port", { fPort: -1 }],
    ["a broken port", { fPort: 1.5 }],
    ["a port that is no number", { fPort: Number.NaN }],
    ["a time that is no number", { recvTime: Number.NaN }],
    ["a time out of range", { recvTime: 1e300 }],
    ["too many bytes", { bytes: new Uint8Array(4097) }],
  ])("is refused: %s", async (_, wrong) => {
    const codec = await openCodec(returning("{ data: { ok: true } }"));
    const good = { fPort: 1, bytes: new Uint8Array(4096), recvTime: TIME };
    expect(codec.decode({ ...good, ...wrong })).toMatchObject({ code: "input_invalid" });
    expect(codec.decode(good)).toEqual({ data: { ok: true } });
  });
});

describe("what codecs expect of their surroundings", () => {
  it.each([
    [
      "console is there and silent",
      "(console.log('x'), console.error({}), console.thing === undefined)",
      true,
    ],
    ["btoa", "btoa('h\\u00e9llo w')", "aOlsbG8gdw=="],
    ["atob", "atob('aOlsbG8gdw==') === 'h\\u00e9llo w' && atob(' aOls\\nbG8gdw ') === 'h\\u00e9llo w'", true],
    [
      "atob of every byte",
      "(() => { let s = ''; for (let i = 0; i < 256; i++) s += String.fromCharCode(i); return atob(btoa(s)) === s; })()",
      true,
    ],
    [
      "Buffer",
      "Buffer.from(input.bytes).readFloatBE(0).toFixed(3) + Buffer.from('beef', 'hex').toString('base64')",
      "23.420vu8=",
    ],
    [
      "Buffer.alloc",
      "Buffer.alloc(2).length + Buffer.concat([Buffer.from('a'), Buffer.from('b')]).toString()",
      "2ab",
    ],
    ["typed arrays", "new DataView(Uint8Array.from(input.bytes).buffer).getFloat32(0).toFixed(2)", "23.42"],
    ["Intl is not needed for toLocaleString", "typeof (1234.5).toLocaleString()", "string"],
    ["BigInt", "BigInt.asIntN(8, 255n).toString()", "-1"],
    ["a regular expression with names", "/(?<a>\\d+)/.exec('x12').groups.a", "12"],
  ])("%s", async (_, expression, expected) => {
    expect(await decode(returning(`{ data: { v: ${expression} } }`), [0x41, 0xbb, 0x5c, 0x29])).toEqual({
      data: { v: expected },
    });
  });

  it("atob and btoa refuse what they cannot do", async () => {
    expect(await decode(returning("{ data: { v: atob('a') } }"))).toMatchObject({ code: "threw" });
    expect(await decode(returning("{ data: { v: atob('a*bc') } }"))).toMatchObject({ code: "threw" });
    expect(await decode(returning("{ data: { v: btoa('\\u20ac') } }"))).toMatchObject({ code: "threw" });
  });
});

it("a closed codec says so", async () => {
  const codec = await openCodec(returning("{ data: {} }"));
  codec.close();
  codec.close();
  expect(() => codec.decode({ fPort: 1, bytes: new Uint8Array(), recvTime: 0 })).toThrow(
    expect.objectContaining({ code: "closed" }),
  );
});

it("any bytes on any port end as a result, the same at the second time", async () => {
  const codec = await openCodec(`
    function decodeUplink(input) {
      var data = {}, i = 0, b = input.bytes;
      while (i < b.length) {
        var type = b[i++], length = b[i++];
        if (type > 250) throw new Error('type ' + type);
        data['c' + type] = b.slice(i, i + length).reduce(function (sum, byte) { return sum * 256 + byte; }, 0);
        i += length;
      }
      return input.fPort > 200 ? { errors: ['port'] } : { data: data };
    }`);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 255 }),
      fc.uint8Array({ maxLength: 242 }),
      fc.integer({ min: 0, max: 4e12 }),
      (fPort, bytes, recvTime) => {
        const first = codec.decode({ fPort, bytes, recvTime });
        expect((first.data === undefined) !== (first.errors === undefined)).toBe(true);
        const steps = codec.lastSteps;
        expect(codec.decode({ fPort, bytes, recvTime })).toEqual(first);
        expect(codec.lastSteps).toBe(steps);
      },
    ),
    { numRuns: 200 },
  );
});
