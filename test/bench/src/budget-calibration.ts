const ROUNDS = 40;
const ITEMS = 2000;

/**
 * A fixed piece of work of the kinds that the stages are made of: JSON both ways, numbers to text, look-ups, bytes. What a
 * stage costs is told in units of it, so that a slower machine makes no stage slower. Never to be changed without new budgets.
 */
export function calibrate(): number {
  let sum = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const seen = new Map<string, number>();
    let text = "";
    for (let n = 0; n < ITEMS; n++) {
      const name = `item-${(n * 7919) % 500}`;
      const json = JSON.stringify({ name, at: 1.7e12 + n, values: { a: n / 7, b: n / 11, c: n % 50 } });
      const { values, at } = JSON.parse(json) as { at: number; values: Record<string, number> };
      for (const key in values) sum += values[key] ?? 0;
      seen.set(name, (seen.get(name) ?? 0) + at);
      text += `${name} a=${n / 7},b=${n / 11} ${at}\n`;
    }
    const bytes = Buffer.from(text);
    for (let i = 0; i < bytes.length; i += 16) sum += bytes[i] ?? 0;
    sum += seen.size;
  }
  return sum;
}
