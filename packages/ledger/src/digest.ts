const words = new Uint32Array(2);
const double = new Float64Array(words.buffer);

/** 32 bits of a metric and its value. */
export function digestOf(metric: number, value: number): number {
  // −0 and 0 are the same value.
  double[0] = value + 0;
  let hash = Math.imul(metric + 1, 0x9e37_79b1) ^ (words[0] ?? 0);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b) ^ (words[1] ?? 0);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
