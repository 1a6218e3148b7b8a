import { describe, expect, it } from "vitest";
import { livenessOf, PATIENCE_MS, SILENCE_MS } from "./liveness.ts";

const start = 1_000_000;

describe("livenessOf", () => {
  it("is live while an open connection is heard", () => {
    expect(livenessOf({ phase: "open", lastHeard: start, since: start }, start + SILENCE_MS)).toEqual({
      state: "live",
    });
  });

  it("is stale since the last sign of life when an open connection falls silent", () => {
    expect(livenessOf({ phase: "open", lastHeard: start, since: 0 }, start + SILENCE_MS + 1)).toEqual({
      state: "stale",
      since: start,
    });
  });

  it("waits a moment before it calls numbers stale after a loss", () => {
    const lost = { phase: "lost", lastHeard: start, since: start + 500 } as const;
    expect(livenessOf(lost, lost.since + PATIENCE_MS)).toEqual({ state: "reconnecting" });
    expect(livenessOf(lost, lost.since + PATIENCE_MS + 1)).toEqual({ state: "stale", since: start });
  });

  it("calls nothing stale before there was anything to show", () => {
    expect(livenessOf({ phase: "connecting", lastHeard: null, since: start }, start + 60_000)).toEqual({
      state: "connecting",
    });
  });
});
