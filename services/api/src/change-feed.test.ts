import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createChangeFeed, EVENT_KINDS, type EventKind, feedBeginning } from "./change-feed.ts";

const all = new Set(EVENT_KINDS);
const idsOf = (frames: string) => [...frames.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));

describe("the change feed", () => {
  it("gives to one that comes back exactly what it missed, or says that it cannot", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.array(fc.constantFrom<EventKind>(...EVENT_KINDS), { maxLength: 8 }), { maxLength: 10 }),
        fc.integer({ min: -5, max: 100 }),
        (capacity, batches, back) => {
          const beginning = 1_000;
          const feed = createChangeFeed(beginning, capacity);
          for (const kinds of batches) feed.publish(kinds.map((kind) => ({ kind, data: {} })));
          const count = batches.flat().length;
          expect(feed.position).toBe(beginning + count);
          const position = feed.position - back;
          const missed = feed.after(position);
          const known = back >= 0 && back <= Math.min(count, capacity);
          expect(missed === null).toBe(!known);
          if (missed) {
            expect(idsOf(missed.frames(all))).toEqual(
              Array.from({ length: back }, (_, index) => position + 1 + index),
            );
          }
        },
      ),
    );
  });

  it("knows no position that is not a number", () => {
    const feed = createChangeFeed(0);
    for (const position of [Number.NaN, 0.5, Infinity]) expect(feed.after(position)).toBeNull();
  });

  it("passes events on as they come, to each the kinds it asked for, until it stops listening", () => {
    const feed = createChangeFeed(0);
    const heard: string[] = [];
    const stop = feed.listen((batch) => heard.push(batch.frames(new Set(["score"]))));
    feed.publish([
      { kind: "score", data: { area: "a\nb" } },
      { kind: "reading", data: {} },
    ]);
    stop();
    feed.publish([{ kind: "score", data: {} }]);
    expect(heard).toEqual(['id: 1\nevent: score\ndata: {"area":"a\\nb"}\n\n']);
  });

  it("begins elsewhere in every run, so that a position of an earlier run is not known", () => {
    const before = createChangeFeed(feedBeginning(1_764_000_000_000));
    const after = createChangeFeed(feedBeginning(1_764_000_060_000));
    before.publish([{ kind: "score", data: {} }]);
    after.publish([{ kind: "score", data: {} }]);
    expect(after.after(before.position)).toBeNull();
    expect(Number.isSafeInteger(feedBeginning(2 ** 20 - 1) + 2 ** 32)).toBe(true);
  });
});
