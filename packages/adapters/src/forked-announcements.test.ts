import { expect, it } from "vitest";
import { createAnnouncements } from "./announcements.ts";
import { forkAnnouncements } from "./forked-announcements.ts";

it("a fork of announcements has what was announced, and keeps what is announced to it to itself", () => {
  const base = createAnnouncements();
  base.of("a@1").set("k", "one", 1);
  const fork = forkAnnouncements(base);
  fork.of("a@1").set("k", "two", 2);
  fork.of("a@1").set("k", "one", 3);
  fork.of("a@1").set("new", "x", 4);
  expect([...(fork.of("a@1").get("k") ?? [])]).toEqual([
    ["two", 2],
    ["one", 3],
  ]);
  expect(fork.of("a@1").get("new")?.get("x")).toBe(4);
  expect([...(base.of("a@1").get("k") ?? [])]).toEqual([["one", 1]]);
  expect(base.of("a@1").get("new")).toBeUndefined();
  expect(forkAnnouncements(base).of("a@1").get("k")?.get("one")).toBe(1);
  expect(fork.of("b@1").get("k")).toBeUndefined();
});
