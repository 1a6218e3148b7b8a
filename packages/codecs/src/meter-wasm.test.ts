import { describe, expect, it } from "vitest";
import { meterWasm, STEPS_EXPORT } from "./meter-wasm.ts";

const I32 = 0x7f;

function section(id: number, ...content: number[]): number[] {
  return [id, content.length, ...content];
}

/** A module with one page of memory and the exported function `f` of one i32, whose code is given. */
function moduleOf(...code: number[]): Uint8Array {
  const body = [0, ...code, 0x0b];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 1, I32, 1, I32),
    ...section(3, 1, 0),
    ...section(5, 1, 0, 1),
    ...section(6, 1, I32, 1, 0x41, 7, 0x0b),
    ...section(7, 1, 1, 0x66, 0, 0),
    ...section(10, 1, body.length, ...body),
  ]);
}

interface Metered {
  f: (argument: number) => number;
  steps: WebAssembly.Global;
}

function metered(...code: number[]): Metered {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(meterWasm(moduleOf(...code))));
  return { f: exports.f as (argument: number) => number, steps: exports[STEPS_EXPORT] as WebAssembly.Global };
}

const ENDLESS = [0x03, 0x40, 0x0c, 0, 0x0b, 0x20, 0];
/** Counts its argument down to 0. */
const COUNT_DOWN = [0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x20, 0];
/** Fills so many bytes as its argument says. */
const FILL = [0x41, 0, 0x41, 1, 0x20, 0, 0xfc, 0x0b, 0, 0x20, 0];
/** Copies so many bytes as its argument says. */
const COPY = [0x41, 0, 0x41, 0, 0x20, 0, 0xfc, 0x0a, 0, 0, 0x20, 0];

describe("a metered module", () => {
  it("has so many steps that it can begin, and stops an endless loop when they are used up", () => {
    const { f, steps } = metered(...ENDLESS);
    expect(steps.value).toBe(2 ** 31 - 1);
    steps.value = 1000;
    expect(() => f(0)).toThrow(WebAssembly.RuntimeError);
    expect(steps.value).toBe(-1);
  });

  it("takes one step for the function and one for every turn, and computes what it did before", () => {
    const { f, steps } = metered(...COUNT_DOWN);
    steps.value = 1000;
    expect(f(10)).toBe(0);
    expect(steps.value).toBe(1000 - 1 - 10);
  });

  it("does with n steps what takes n, and not with n - 1", () => {
    const { f, steps } = metered(...COUNT_DOWN);
    steps.value = 11;
    expect(f(10)).toBe(0);
    steps.value = 10;
    expect(() => f(10)).toThrow("unreachable");
  });

  it.each([
    ["fills", FILL],
    ["copies", COPY],
  ])("takes a step for every 64 bytes that it %s, before it does", (_, code) => {
    const { f, steps } = metered(...code);
    steps.value = 1000;
    expect(f(6400)).toBe(6400);
    expect(steps.value).toBe(1000 - 1 - 100);
    steps.value = 50;
    expect(() => f(6400)).toThrow("unreachable");
  });

  it("lets nothing run any more below 0", () => {
    const { f, steps } = metered(0x20, 0);
    steps.value = 0;
    expect(() => f(1)).toThrow("unreachable");
    expect(() => f(1)).toThrow("unreachable");
  });

  it("is not made of instructions that are not known", () => {
    expect(() => meterWasm(moduleOf(0xfd, 0x0c))).toThrow(/cannot be metered.*0xfd/);
    expect(() => meterWasm(moduleOf(0xfc, 0x20))).toThrow(/cannot be metered/);
  });
});
