import type { Reading } from "@kota/model";
import { type Batch, createBatches } from "./batches.ts";
import type { CheckedRow } from "./check-row.ts";
import type { Row } from "./mapping.ts";
import type { ProgressFile } from "./progress-file.ts";
import type { FileRow } from "./rows.ts";

export interface FileImport {
  readonly rows: AsyncIterable<FileRow>;
  readonly check: (row: Row) => CheckedRow;
  /** Null: a dry run. */
  readonly deliver: ((batch: Batch) => Promise<void>) | null;
  readonly progress: ProgressFile | null;
  readonly maxBytes: number;
  readonly onBad: (line: number, problem: string) => void;
  readonly onReading: (reading: Reading) => void;
  readonly onProgress: (so: Counts) => void;
}

export interface Counts {
  /** Rows that were read, those of an earlier run included. */
  readonly rows: number;
  readonly readings: number;
  readonly bad: number;
  /** Rows that an earlier run had done already. */
  readonly resumed: number;
}

const IN_FLIGHT = 8;
const CHECKPOINT_ROWS = 10_000;

/** One file to its end. What was delivered twice after a break changes nothing: readings have an identity. */
export async function importFile(options: FileImport): Promise<Counts> {
  const { rows, check, deliver, progress, maxBytes, onBad, onReading, onProgress } = options;
  const before = progress?.before ?? { rows: 0, readings: 0, bad: 0 };
  const counts = { ...before, rows: 0, resumed: before.rows };
  const batches = createBatches(maxBytes);
  const underWay = new Set<Promise<void>>();

  async function send(batch: Batch | undefined): Promise<void> {
    if (!batch || !deliver) return;
    const sent = deliver(batch);
    underWay.add(sent);
    // A failure is met where the promises are awaited.
    sent.then(
      () => underWay.delete(sent),
      () => {},
    );
    while (underWay.size >= IN_FLIGHT) await Promise.race(underWay);
  }

  async function settle(): Promise<void> {
    for (const batch of batches.rest()) await send(batch);
    await Promise.all(underWay);
  }

  for await (const fileRow of rows) {
    counts.rows++;
    if (counts.rows <= before.rows) continue;
    const checked = "problem" in fileRow ? fileRow : check(fileRow.row);
    if ("problem" in checked) {
      counts.bad++;
      onBad(fileRow.line, checked.problem);
    } else {
      counts.readings++;
      onReading(checked.reading);
      await send(batches.add(checked.reading));
    }
    if (counts.rows % CHECKPOINT_ROWS === 0) {
      await settle();
      progress?.save(counts);
      onProgress(counts);
    }
  }
  await settle();
  progress?.done();
  onProgress(counts);
  return counts;
}
