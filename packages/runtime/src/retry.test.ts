import { KotaError } from "@kota/model";
import { describe, expect, it } from "vitest";
import { abortable, retrying } from "./retry.ts";

function failing(times: number, error: () => Error) {
  let calls = 0;
  return async () => {
    calls++;
    if (calls <= times) throw error();
    return calls;
  };
}

describe("retrying", () => {
  it("goes on until it succeeds, with pauses that grow up to the ceiling", async () => {
    const pauses: number[] = [];
    const result = await retrying(
      failing(4, () => new KotaError("log_unavailable", "down")),
      {
        baseMs: 1,
        maxMs: 4,
        random: () => 1,
        onRetry: (_error, _attempt, pauseMs) => pauses.push(pauseMs),
      },
    );
    expect(result).toBe(5);
    expect(pauses).toEqual([1, 2, 4, 4]);
  });

  it("gives up at once on an error that no retry can help", async () => {
    await expect(
      retrying(failing(1, () => new KotaError("store_refused", "no such bucket"))),
    ).rejects.toThrow("no such bucket");
  });

  it("waits as long as the peer asked for", async () => {
    const begun = Date.now();
    await retrying(
      failing(1, () => new KotaError("store_unavailable", "busy", { retryAfterMs: 60 })),
      { baseMs: 1 },
    );
    expect(Date.now() - begun).toBeGreaterThanOrEqual(55);
  });

  it("stops when it is aborted", async () => {
    const abort = new AbortController();
    const result = retrying(
      failing(1e9, () => new Error("down")),
      { baseMs: 10_000, signal: abort.signal },
    );
    setTimeout(() => abort.abort(), 10);
    await expect(result).rejects.toThrow("down");
  });
});

describe("a question that can be given up", () => {
  it("is no leak where many wait at once", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    const { signal } = new AbortController();
    const answers = Array.from({ length: 30 }, (_, n) => abortable(Promise.resolve(n), signal));
    expect(await Promise.all(answers)).toHaveLength(30);
    // Node warns in the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });

  it("gives what it gives, or fails, while nobody gives it up", async () => {
    const { signal } = new AbortController();
    expect(await abortable(Promise.resolve(7), signal)).toBe(7);
    await expect(abortable(Promise.reject(new Error("away")), signal)).rejects.toThrow("away");
  });

  it("rejects as soon as it is given up, and at once when it was before", async () => {
    const giveUp = new AbortController();
    const answer = abortable(new Promise(() => {}), giveUp.signal);
    giveUp.abort(new Error("stopping"));
    await expect(answer).rejects.toThrow("stopping");
    await expect(abortable(Promise.resolve(7), giveUp.signal)).rejects.toThrow("stopping");
  });

  it("does not fail a second time when the answer fails later", async () => {
    const giveUp = new AbortController();
    let fail = (_: Error) => {};
    const question = new Promise((_, reject) => {
      fail = reject;
    });
    const answer = abortable(question, giveUp.signal);
    giveUp.abort(new Error("stopping"));
    await expect(answer).rejects.toThrow("stopping");
    fail(new Error("away"));
    await new Promise((resolve) => setImmediate(resolve));
  });
});
