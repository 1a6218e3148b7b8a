import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, it, vi } from "vitest";
import { boundHeapGrowth } from "./heap-growth.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("how much the heap grows between collections", () => {
  it("is little while it is small, more when it is large, and told to V8 only when it changes", () => {
    vi.useFakeTimers();
    const flags: string[] = [];
    let used = 100_000_000;
    boundHeapGrowth(
      () => used,
      (flag) => flags.push(flag),
    );
    const looksAt = (bytes: number) => {
      used = bytes;
      vi.advanceTimersByTime(10_000);
      return flags.at(-1);
    };
    expect(looksAt(100_000_000)).toBe("--heap-growing-percent=30");
    expect(looksAt(900_000_000)).toBe("--heap-growing-percent=100");
    expect(looksAt(100_000_000)).toBe("--heap-growing-percent=30");
    expect(flags).toHaveLength(3);
  });

  it("is set by a flag that this V8 knows", () => {
    const script = 'require("node:v8").setFlagsFromString("--heap-growing-percent=30")';
    const { status, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});
