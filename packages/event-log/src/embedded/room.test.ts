import { describe, expect, it } from "vitest";
import { requireRoom } from "./room.ts";

const MB = 1024 * 1024;

describe("the room for the log", () => {
  it("is what is to be written twice over, and a reserve", () => {
    requireRoom("/data", MB, () => 10 * MB);
    expect(() => requireRoom("/data", MB + 1, () => 10 * MB)).toThrow(/10\.0 MB are free/);
    expect(() => requireRoom("/data", 0, () => 0)).toThrow(
      expect.objectContaining({ code: "log_full", retry: "later" }),
    );
  });
});
