import { describe, expect, it } from "vitest";
import { createAnnouncements } from "./announcements.ts";

const record = (key: string, value: unknown, version: number, part = "") => ({
  adapter: "a",
  key,
  part,
  value,
  version,
});

describe("announcements", () => {
  it("are changes once, the newest of each part, until they are given back", () => {
    const announcements = createAnnouncements();
    announcements.of("a").set("k", "", 1);
    announcements.of("a").set("k", "", 2);
    announcements.of("a").set("k", "p", 3);
    const taken = announcements.takeChanges();
    expect(taken).toEqual([record("k", 2, 2), record("k", 3, 1, "p")]);
    expect(announcements.takeChanges()).toEqual([]);
    announcements.of("a").set("k", "", 4);
    announcements.giveBack(taken);
    expect(announcements.takeChanges()).toEqual([record("k", 4, 3), record("k", 3, 1, "p")]);
  });

  it("are no change when they say the same again", () => {
    const announcements = createAnnouncements();
    announcements.takeIn(record("k", { a: [1] }, 5));
    const { revision } = announcements;
    announcements.of("a").set("k", "", { a: [1] });
    expect(announcements.takeChanges()).toEqual([]);
    expect(announcements.revision).toBe(revision);
    announcements.of("a").set("k", "", { a: [2] });
    expect(announcements.takeChanges()).toEqual([record("k", { a: [2] }, 6)]);
  });

  it("are not undone by their own echo, nor by what another process appended too late", () => {
    const announcements = createAnnouncements();
    const own = announcements.of("a");
    announcements.takeIn(record("k", "before", 3));
    own.set("k", "", "first");
    const first = announcements.takeChanges();
    own.set("k", "", "second");
    for (const echo of first) announcements.takeIn(echo);
    announcements.takeIn(record("k", "late", 4));
    expect(own.get("k")?.get("")).toBe("second");
    announcements.takeIn(record("k", "later", 5));
    expect(own.get("k")?.get("")).toBe("later");
  });

  it("of two processes that say the same part at once end with the one that is later in the log, in both", () => {
    const [one, other] = [createAnnouncements(), createAnnouncements()];
    one.of("a").set("k", "", "one");
    other.of("a").set("k", "", "other");
    const inLog = [...other.takeChanges(), ...one.takeChanges()];
    for (const entry of inLog) {
      one.takeIn(entry);
      other.takeIn(entry);
    }
    expect([one, other].map((each) => each.of("a").get("k")?.get(""))).toEqual(["one", "one"]);
  });

  it("that had to go come back with a version above those that the log still has", () => {
    const announcements = createAnnouncements(2);
    const own = announcements.of("a");
    announcements.takeIn(record("k1", "old", 40));
    own.set("k2", "", 1);
    own.set("k3", "", 1);
    expect(own.get("k1")).toBeUndefined();
    announcements.takeChanges();
    own.set("k1", "", "new");
    expect(announcements.takeChanges()).toEqual([record("k1", "new", 41)]);
  });

  it("of one key have a bounded number of parts, in the order in which they were last announced", () => {
    const own = createAnnouncements().of("a");
    for (let n = 0; n < 250; n++) own.set("k", String(n), n);
    own.set("k", "100", "again");
    const parts = [...(own.get("k") ?? [])];
    expect(parts).toHaveLength(200);
    expect(parts.at(0)).toEqual(["50", 50]);
    expect(parts.at(-1)).toEqual(["100", "again"]);
  });
});
