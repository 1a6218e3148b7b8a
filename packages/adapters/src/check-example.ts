import type { DecodeOutcome } from "./decoder.ts";
import type { Example } from "./example.ts";

/** Numbers are compared to a relative 1e-6: some payloads carry the noise of 32-bit floats. */
const TOLERANCE = 1e-6;

/** How an outcome differs from what the example expects, in sentences; empty: it is as expected. */
export function differences({ expect }: Pick<Example, "expect">, outcome: DecodeOutcome): string[] {
  if ("rejection" in expect) {
    if (outcome.ok)
      return [`Expected a rejection as ${expect.rejection}, came ${outcome.readings.length} readings.`];
    return outcome.code === expect.rejection
      ? []
      : [`Expected a rejection as ${expect.rejection}, came ${outcome.code}: ${outcome.reason}`];
  }
  if (!outcome.ok) return [`Expected readings, came a rejection as ${outcome.code}: ${outcome.reason}`];
  const found: string[] = [];
  const { readings } = outcome;
  if (readings.length !== expect.readings.length) {
    found.push(`Expected ${expect.readings.length} readings, came ${readings.length}.`);
  }
  for (const [index, wanted] of expect.readings.entries()) {
    const came = readings[index];
    if (!came) break;
    const where = `Reading ${index + 1}`;
    const say = (what: string, expected: unknown, got: unknown): void => {
      found.push(`${where}: expected ${what} ${JSON.stringify(expected)}, came ${JSON.stringify(got)}.`);
    };
    if (came.device !== wanted.device) say("device", wanted.device, came.device);
    if (came.channel !== wanted.channel) say("channel", wanted.channel ?? null, came.channel ?? null);
    if (came.time !== (wanted.time === null ? null : Date.parse(wanted.time))) {
      say("time", wanted.time, came.time === null ? null : new Date(came.time).toISOString());
    }
    const { position } = wanted;
    if (position?.lat !== came.position?.lat || position?.lon !== came.position?.lon) {
      say("position", position ?? null, came.position ?? null);
    }
    for (const name of new Set([...Object.keys(wanted.values), ...Object.keys(came.values)])) {
      const expected = wanted.values[name];
      const got = came.values[name];
      const same =
        expected !== undefined &&
        got !== undefined &&
        Math.abs(got - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
      if (!same) say(name, expected ?? null, got ?? null);
    }
  }
  return found;
}
