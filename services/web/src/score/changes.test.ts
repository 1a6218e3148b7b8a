import { describe, expect, it } from "vitest";
import type { ExplainedScore, ScorePart, ScoreSource } from "../api-types.ts";
import { changesOf, sourceChangesOf } from "./changes.ts";

const scored = (parts: Record<string, number | null>, sources: Record<string, number> = {}): ExplainedScore =>
  ({
    parts: Object.entries(parts).map(([id, score]) => ({ id, score }) as ScorePart),
    sources: Object.entries(sources).map(
      ([device, value]) => ({ device, value, name: null, metric: "pm2_5" }) as ScoreSource,
    ),
  }) as unknown as ExplainedScore;

describe("what changed between two moments", () => {
  it("is what fell most first, and what came or went last", () => {
    const now = scored({ air: 70, noise: 20, comfort: 50, waste: null });
    const before = scored({ air: 60, noise: 65, waste: 80 });
    expect(changesOf(now, before).map(({ part, change }) => [part.id, change])).toEqual([
      ["noise", -45],
      ["air", 10],
      ["comfort", null],
      ["waste", null],
    ]);
  });

  it("is of an indicator the values of its devices, what moved most first", () => {
    const now = scored({}, { a: 10, b: 40, c: 5 });
    const before = scored({}, { a: 12, b: 10 });
    expect(sourceChangesOf(now, before).map(({ device, before: was, now: is }) => [device, was, is])).toEqual(
      [
        ["b", 10, 40],
        ["a", 12, 10],
        ["c", null, 5],
      ],
    );
  });
});
