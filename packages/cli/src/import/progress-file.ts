import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";

const Progress = z.object({
  file: z.string(),
  size: z.number(),
  mtimeMs: z.number(),
  /** Rows that are durable in the log, or were found bad. */
  rows: z.number().int().min(0),
  readings: z.number().int().min(0),
  bad: z.number().int().min(0),
});
type Progress = z.infer<typeof Progress>;

/** How far an import of a file is, kept beside the data, so that it can go on after it was broken off. */
export interface ProgressFile {
  /** Undefined: it begins at the beginning. */
  readonly before: Pick<Progress, "rows" | "readings" | "bad"> | undefined;
  save(progress: Pick<Progress, "rows" | "readings" | "bad">): void;
  done(): void;
}

/** @param how all that would make other messages of the same file, and where they go */
export function openProgressFile(dataDir: string, file: string, how: unknown): ProgressFile {
  const path = resolve(file);
  const { size, mtimeMs } = statSync(path);
  const key = createHash("sha256")
    .update(JSON.stringify([path, how]))
    .digest("hex")
    .slice(0, 16);
  const state = join(dataDir, "imports", `${key}.json`);
  return {
    before: read(state, size, mtimeMs),
    save({ rows, readings, bad }) {
      mkdirSync(dirname(state), { recursive: true });
      writeFileSync(`${state}.new`, JSON.stringify({ file: path, size, mtimeMs, rows, readings, bad }));
      renameSync(`${state}.new`, state);
    },
    done: () => rmSync(state, { force: true }),
  };
}

/** Of the very same file: one that was changed is imported from its beginning, which does no harm. */
function read(state: string, size: number, mtimeMs: number): ProgressFile["before"] {
  try {
    const progress = Progress.parse(JSON.parse(readFileSync(state, "utf8")));
    const { rows, readings, bad } = progress;
    return progress.size === size && progress.mtimeMs === mtimeMs ? { rows, readings, bad } : undefined;
  } catch {
    return undefined;
  }
}
