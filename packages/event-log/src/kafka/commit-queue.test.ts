import { describe, expect, it } from "vitest";
import { commitQueue } from "./commit-queue.ts";

function queue() {
  const sent: { offsets: string; answer: (error?: Error) => void }[] = [];
  const errors: unknown[] = [];
  const commits = commitQueue(
    (offsets) =>
      new Promise<void>((resolve, reject) => {
        const text = offsets.map(({ partition, offset }) => `${partition}@${offset}`).join(" ");
        sent.push({ offsets: text, answer: (error) => (error ? reject(error) : resolve()) });
      }),
    (error) => errors.push(error),
    (partition) => new Error(`partition ${partition} is lost`),
  );
  return { sent, errors, commits };
}

const turn = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

describe("the commits of a member", () => {
  it("go one request at a time, the last one of each partition", async () => {
    const { sent, commits } = queue();
    const first = commits.commit(0, 1);
    void commits.commit(0, 2);
    void commits.commit(1, 7);
    const last = commits.commit(0, 3);
    sent[0]?.answer();
    await turn();
    expect(sent.map(({ offsets }) => offsets)).toEqual(["0@1", "0@3 1@7"]);
    sent[1]?.answer();
    await Promise.all([first, last, commits.settled()]);
  });

  it("are tried again when they fail", async () => {
    const { sent, errors, commits } = queue();
    const done = commits.commit(0, 1);
    sent[0]?.answer(new Error("not now"));
    await expect.poll(() => sent.length).toBe(2);
    sent[1]?.answer();
    await done;
    expect(errors).toHaveLength(1);
  });

  it("wait while the group changes, and are called off for a partition that is lost", async () => {
    const { sent, commits } = queue();
    commits.hold();
    const kept = commits.commit(0, 1);
    const lost = commits.commit(1, 1);
    await turn(20);
    expect(sent).toEqual([]);
    commits.release(new Set([0]));
    await expect(lost).rejects.toThrow("partition 1 is lost");
    expect(sent.map(({ offsets }) => offsets)).toEqual(["0@1"]);
    sent[0]?.answer();
    await kept;
  });

  it("that failed because the group changed are not sent again for what is lost", async () => {
    const { sent, errors, commits } = queue();
    const lost = commits.commit(1, 1);
    commits.hold();
    sent[0]?.answer(new Error("rebalancing"));
    await turn();
    commits.release(new Set());
    await expect(lost).rejects.toThrow("lost");
    await turn(150);
    expect(sent).toHaveLength(1);
    expect(errors).toEqual([]);
  });
});
