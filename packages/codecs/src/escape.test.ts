import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { openCodec } from "./codec.ts";
import type { CodecResult } from "./codec-result.ts";
import { hostFunctions } from "./host-functions.ts";

async function attempt(body: string): Promise<CodecResult> {
  // An attack may take more than a codec's usual work.
  const codec = await openCodec(`function decodeUplink(input) { ${body} }`, {
    limits: { steps: 10_000_000 },
  });
  return codec.decode({ fPort: 1, bytes: Uint8Array.from([1]), recvTime: 0 });
}

/** What a host would show that let itself be reached, whichever object the attack ended on. */
const HOST = `(function (o) {
  var found = [];
  ["process", "require", "Deno", "Bun", "fetch", "WebAssembly", "setTimeout", "setImmediate", "queueMicrotask", "structuredClone",
   "performance", "navigator", "crypto", "URL", "TextDecoder", "MessageChannel", "Worker", "XMLHttpRequest", "importScripts", "print",
   "std", "os", "scriptArgs", "global", "window", "self", "__dirname", "__filename", "vitest", "__vitest_worker__", "load", "read", "gc"]
    .forEach(function (name) { try { if (o[name] !== undefined) found.push(name); } catch (e) { found.push(name + ": " + e); } });
  return found.join();
})`;

describe.each([
  ["the global object", "globalThis"],
  ["this of a sloppy function", "(function () { return this; })()"],
  ["this of the call", "this"],
  ["constructor.constructor", "this.constructor.constructor('return this')()"],
  ["the constructor of the input", "input.constructor.constructor('return this')()"],
  ["the constructor of the bytes", "input.bytes.constructor.constructor('return this')()"],
  ["the constructor of the time", "input.recvTime.constructor.constructor('return this')()"],
  ["the constructor of the variables", "input.variables.constructor.constructor('return this')()"],
  ["Function", "Function('return this')()"],
  ["an async function's constructor", "(async () => {}).constructor.constructor('return this')()"],
  ["a generator function's constructor", "(function* () {}).constructor('yield this')().next().value"],
  ["indirect eval", "(0, eval)('this')"],
  [
    "an error's constructor",
    "(function () { try { null.x; } catch (e) { return e.constructor.constructor('return this')(); } })()",
  ],
  [
    "an engine's own error",
    "(function f() { try { f(); } catch (e) { return e.constructor.constructor('return this')(); } return globalThis; })()",
  ],
  ["console", "console.log.constructor('return this')()"],
  ["console's return value", "(console.log() || console.log).constructor('return this')()"],
  ["atob", "atob.constructor('return this')()"],
  ["Buffer", "Buffer.from.constructor('return this')()"],
  ["module", "module.constructor.constructor('return this')()"],
  [
    "a caller",
    "(function f() { try { return f.caller || globalThis; } catch (e) { return globalThis; } })()",
  ],
  [
    "arguments.callee.caller",
    "(function () { try { return arguments.callee.caller.caller || globalThis; } catch (e) { return globalThis; } })()",
  ],
  [
    "stack frames of the host",
    "(function () { Error.prepareStackTrace = (e, frames) => frames; var s = new Error().stack; return (s && s[0] && s[0].getThis && s[0].getThis()) || globalThis; })()",
  ],
  [
    "Symbol.species",
    "(function () { class A extends Array { static get [Symbol.species]() { return function () { return globalThis; }; } } try { return new A(1, 2).map(x => x); } catch (e) { return globalThis; } })()",
  ],
  [
    "Symbol.toPrimitive",
    "(function () { var t; '' + { [Symbol.toPrimitive]() { t = this; return ''; } }; return t.constructor.constructor('return this')(); })()",
  ],
  ["Reflect.construct", "Reflect.construct(Function, ['return this'])()"],
  ["a Proxy around the global object", "new Proxy(globalThis, {})"],
  ["a new.target", "(function () { return new.target || globalThis; })()"],
])("through %s", (_, expression) => {
  it("a codec finds nothing of the host", async () => {
    expect(await attempt(`return { data: { found: ${HOST}(${expression}) } };`)).toEqual({
      data: { found: "" },
    });
  });
});

describe.each([
  [
    "import()",
    "var p = import('fs'); return { data: { type: Object.prototype.toString.call(p) } };",
    { data: { type: "[object Promise]" } },
  ],
  ["require()", "return { data: { fs: require('fs') } };", { code: "threw" }],
  ["process.exit", "process.exit(1);", { code: "threw" }],
  ["process.binding", "process.binding('fs');", { code: "threw" }],
  ["module.require", "module.require('fs');", { code: "threw" }],
  ["module.constructor._load", "module.constructor._load('fs');", { code: "threw" }],
  ["an ES import", "eval(\"import fs from 'fs'\");", { code: "threw" }],
  ["import.meta", "return { data: { m: eval('import.meta') } };", { code: "threw" }],
  [
    "shared memory",
    "Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0, 1e9); return { data: {} };",
    expect.anything(),
  ],
  [
    "bytecode",
    "return { data: { b: typeof bjson + typeof Bytecode } };",
    { data: { b: "undefinedundefined" } },
  ],
])("%s", (_, body, expected) => {
  it("leads nowhere", async () => {
    const before = Object.getOwnPropertyNames(globalThis).join();
    const result = await attempt(body);
    expect(result).toEqual(
      typeof expected === "object" && "code" in expected ? expect.objectContaining(expected) : expected,
    );
    expect(Object.getOwnPropertyNames(globalThis).join()).toBe(before);
  });
});

describe.each([
  ["Object.prototype", "Object.prototype.polluted = 'yes';"],
  ["__proto__", "({}).__proto__.polluted = 'yes';"],
  ["Array.prototype", "Array.prototype.polluted = 'yes'; Array.prototype.push = function () { throw 1; };"],
  ["constructor.prototype", "input.constructor.prototype.polluted = 'yes';"],
  [
    "a setter for results",
    "Object.defineProperty(Object.prototype, 'data', { set() { throw 1; }, get() { return { a: 1 }; }, configurable: true });",
  ],
  [
    "toJSON of everything",
    "Object.prototype.toJSON = function () { return 5; }; String.prototype.toJSON = () => 6;",
  ],
  ["then of everything", "Object.prototype.then = function (f) { f(1); };"],
  [
    "the functions of the sandbox",
    "RegExp.prototype.exec = Function.prototype.call = String.prototype.slice = Array.isArray = () => { throw 'mine'; };",
  ],
  [
    "globalThis",
    "for (const k of Object.getOwnPropertyNames(globalThis)) try { globalThis[k] = null; } catch {}",
  ],
  ["JSON text that is no JSON", "JSON.stringify = () => '}{'; Object.prototype.toJSON = () => '}{';"],
])("tampering with %s", (_, body) => {
  it("stays in the call", async () => {
    const source = `function decodeUplink(input) { if (input.fPort === 1) { ${body} } return { data: { v: 1, seen: typeof {}.polluted } }; }`;
    const codec = await openCodec(source);
    const uplink = { fPort: 1, bytes: new Uint8Array(), recvTime: 0 };
    const result = codec.decode(uplink);
    expect(result.data ?? result.errors).toBeDefined();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(result.data ?? {})).toBe(Object.prototype);
    expect(codec.decode({ ...uplink, fPort: 2 })).toEqual({ data: { v: 1, seen: "undefined" } });
  });
});

it("the globals of a codec are those of the language and those that are documented", async () => {
  const { data } = await attempt("return { data: { names: Object.getOwnPropertyNames(globalThis) } };");
  const names = new Set(data?.names as string[]);
  const given = ["atob", "btoa", "console", "decodeUplink", "exports", "module"];
  // Of the language, and newer than what every host that runs these tests has.
  const language = [...Object.getOwnPropertyNames(globalThis), "Float16Array", "InternalError", "Iterator"];
  expect([...names].filter((name) => !language.includes(name) && !given.includes(name))).toEqual([]);
  expect(given.filter((name) => !names.has(name))).toEqual([]);
  const foreign = [
    "process",
    "fetch",
    "setTimeout",
    "WebAssembly",
    "performance",
    "structuredClone",
    "global",
  ];
  expect(foreign.filter((name) => names.has(name))).toEqual([]);
});

describe("the engine's module", () => {
  const wasm = new WebAssembly.Module(
    readFileSync(createRequire(import.meta.url).resolve("@jitl/quickjs-wasmfile-release-sync/wasm")),
  );
  const memory = new WebAssembly.Memory({ initial: 1 });
  const names = WebAssembly.Module.imports(wasm).map(({ name }) => name);
  const offered = { a: Object.fromEntries(names.map((name) => [name, () => "the host"])) };
  const given = hostFunctions(offered, memory, { now: 5 }).a ?? {};

  it("gets none of the host's functions but the one for more memory", () => {
    expect(Object.keys(given).sort()).toEqual([...names].sort());
    const hosts = names.filter((name) => given[name] === offered.a[name]);
    expect(hosts).toEqual(["k"]);
  });

  it("stops when it asks for anything else", () => {
    for (const name of ["b", "g", "h", "i", "j", "l", "q", "r", "s"])
      expect(given[name]).toThrow("The codec engine gave up.");
  });
});
