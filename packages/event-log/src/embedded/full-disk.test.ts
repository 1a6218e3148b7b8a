import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { jsonLines } from "../codecs.ts";
import type { Topic } from "../topic.ts";
import { openEmbeddedLog } from "./embedded-log.ts";

const topic: Topic<string> = {
  name: "texts",
  codec: jsonLines(),
  keyOf: () => "",
  partitions: 1,
  retentionMs: 1e12,
  cleanup: "delete",
};

const dir = mkdtempSync(join(tmpdir(), "kota-full-"));
const small = join(dir, "small");

function mount(): boolean {
  mkdirSync(small, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=48m", "kota-full", small], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const canMount = process.platform === "linux" && process.getuid?.() === 0 && mount();

/** Takes all the room there is, and returns how to give it back. */
function fill(): () => void {
  const path = join(small, "in-the-way");
  const file = openSync(path, "w");
  for (let size = 1024 * 1024; size >= 512; ) {
    try {
      writeSync(file, Buffer.alloc(size));
    } catch {
      size /= 2;
    }
  }
  closeSync(file);
  return () => rmSync(path);
}

/** Where nothing may be mounted, only the figure of the file system is another. */
let told = 1e12;
function pretend(): () => void {
  told = 0;
  return () => {
    told = 1e12;
  };
}

afterAll(() => {
  if (canMount) execFileSync("umount", ["--lazy", small]);
  rmSync(dir, { recursive: true, force: true });
});

describe(`the embedded log on a file system that ${canMount ? "is" : "says that it is"} full`, () => {
  it("refuses appends with log_full, says so when asked, goes on by itself, and has what it acknowledged", async () => {
    const log = await openEmbeddedLog({
      dir: join(small, "log"),
      ...(canMount ? {} : { freeBytes: () => told }),
    });
    await log.ensureTopics([topic]);
    const acknowledged: string[] = [];
    const append = async (text: string) => {
      await log.append(topic, [text]);
      acknowledged.push(text);
    };
    await append("before");
    const makeRoom = canMount ? fill() : pretend();
    for (let n = 0; n < 20; n++) {
      await expect(append("y".repeat(100_000))).rejects.toMatchObject({ code: "log_full", retry: "later" });
    }
    await expect(log.check()).rejects.toThrow(/disk of the log .* is full/);
    makeRoom();
    await append("after");
    await log.check();
    await log.close();

    const again = await openEmbeddedLog({ dir: join(small, "log") });
    const kept: string[] = [];
    await again.ensureTopics([topic]);
    const tail = await again.tail(topic, {
      from: "start",
      onBatch: ({ values }) => void kept.push(...values),
    });
    await tail.caughtUp;
    await again.close();
    expect(kept).toEqual(acknowledged);
  });
});
