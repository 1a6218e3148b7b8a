import { describe, expect, it } from "vitest";
import { createGate } from "./gate.ts";

/** Tasks that end when they are told to. */
function tasks() {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const task = (name: string) => () =>
    new Promise<string>((resolve, reject) => {
      begun.push(name);
      ends.set(name, (error) => (error === undefined ? resolve(name) : reject(error)));
    });
  return { begun, end: (name: string, error?: Error) => ends.get(name)?.(error), task };
}

const never = new AbortController().signal;
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("a gate", () => {
  it("lets a few through at a time, in their order", async () => {
    const { begun, end, task } = tasks();
    const gate = createGate(2);
    const answers = ["a", "b", "c", "d"].map((name) => gate(task(name), never));
    await settle();
    expect(begun).toEqual(["a", "b"]);
    end("b");
    await settle();
    expect(begun).toEqual(["a", "b", "c"]);
    for (const name of ["a", "c"]) end(name);
    await settle();
    end("d");
    expect(await Promise.all(answers)).toEqual(["a", "b", "c", "d"]);
  });

  it("goes on after a task that failed", async () => {
    const { begun, end, task } = tasks();
    const gate = createGate(1);
    const failed = gate(task("a"), never);
    const next = gate(task("b"), never);
    await settle();
    end("a", new Error("broken"));
    await expect(failed).rejects.toThrow("broken");
    await settle();
    end("b");
    expect(await next).toBe("b");
    expect(begun).toEqual(["a", "b"]);
  });

  it("never begins what was aborted before its turn", async () => {
    const { begun, end, task } = tasks();
    const gate = createGate(1);
    const first = gate(task("a"), never);
    const aborted = new AbortController();
    const second = gate(task("b"), aborted.signal);
    aborted.abort();
    await settle();
    end("a");
    await first;
    await expect(second).rejects.toThrow();
    expect(begun).toEqual(["a"]);
  });
});
