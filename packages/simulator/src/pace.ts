/**
 * A device's own moments in [from, to): every `everyMs`, at an offset of its own, so that devices do not all send in
 * the same second.
 */
export function* moments(device: string, everyMs: number, from: number, to: number): Generator<number> {
  const offset = hash(device) % everyMs;
  const first = Math.ceil((from - offset) / everyMs);
  for (let n = first; offset + n * everyMs < to; n++) yield offset + n * everyMs;
}

/** FNV-1a, 32 bit: a number for a text, the same at every run. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value ^= text.charCodeAt(i);
    value = Math.imul(value, 0x01000193);
  }
  return value >>> 0;
}

/** 0 to 1, for a text and a number: noise that is the same at every run. */
export function noise(text: string, n: number): number {
  let value = hash(text) ^ Math.imul(n | 0, 0x9e3779b1);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return ((value ^ (value >>> 16)) >>> 0) / 2 ** 32;
}
