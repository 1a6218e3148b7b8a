import { fnv1a } from "@kota/model";

/**
 * A device's own moments in [from, to): every `everyMs`, at an offset of its own, so that devices do not all send in
 * the same second.
 */
export function* moments(device: string, everyMs: number, from: number, to: number): Generator<number> {
  const offset = fnv1a(device) % everyMs;
  const first = Math.ceil((from - offset) / everyMs);
  for (let n = first; offset + n * everyMs < to; n++) yield offset + n * everyMs;
}

/** 0 to 1, for a text and a number: noise that is the same at every run. */
export function noise(text: string, n: number): number {
  let value = fnv1a(text) ^ Math.imul(n | 0, 0x9e3779b1);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return ((value ^ (value >>> 16)) >>> 0) / 2 ** 32;
}
