import type { Adapter } from "./adapter.ts";
import { excerpt, problemOf } from "./explain.ts";
import { whyNoMeasurement } from "./not-measurements.ts";

/**
 * Says why no adapter claims a message, for a person: names the adapter that comes closest and what the message misses.
 */
export function createWhyNone(adapters: readonly Adapter[]): (json: unknown, topic: string) => string {
  // A schema that takes an empty object takes any, so that its consent says nothing.
  const candidates = adapters
    .filter(({ input }) => input === "json")
    .map((adapter) => ({
      adapter,
      topics: adapter.claims.topics ?? [],
      selective: !adapter.schema.safeParse({}).success,
    }));
  const ids = adapters.map((adapter) => adapter.id).join(", ");

  return (json, topic) => {
    const known = whyNoMeasurement(json);
    if (known !== null) return known;
    let best: { readonly nearness: number; readonly id: string; readonly why: string } | undefined;
    for (const { adapter, topics, selective } of candidates) {
      const parsed = adapter.schema.safeParse(json);
      const problem = parsed.success ? null : problemOf(parsed.error, json);
      const depth = problem?.path.length ?? 0;
      const shape = parsed.success && selective ? 1 : depth / (depth + 4);
      const nearness = shape + Math.max(0, ...topics.map((filter) => likeness(filter, topic)));
      if (best && nearness <= best.nearness) continue;
      const why = problem
        ? `it declined the payload: ${problem.text}`
        : `its topics are ${topics.length > 0 ? topics.join(", ") : "any, if the payload has all that it looks for"}`;
      best = { nearness, id: adapter.id, why };
    }
    const nobody = `No adapter knows the topic '${excerpt(topic, 120)}' with this payload.`;
    return best && best.nearness >= 0.2
      ? `${nobody} The closest is ${best.id}: ${best.why}.`
      : `${nobody} None comes close; the adapters are ${ids}.`;
  };
}

/** Share of the literal levels of a filter that a topic has at the same place. */
function likeness(filter: string, topic: string): number {
  const levels = topic.split("/", 64);
  let literal = 0;
  let same = 0;
  for (const [index, level] of filter.split("/").entries()) {
    if (level === "+" || level === "#") continue;
    literal++;
    if (levels[index] === level) same++;
  }
  return literal === 0 ? 0 : same / literal;
}
