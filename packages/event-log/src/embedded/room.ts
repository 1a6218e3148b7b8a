import { statfsSync } from "node:fs";
import { KotaError } from "@kota/model";

/** How many bytes can still be written to the file system of a folder. */
export type FreeBytes = (dir: string) => number;

/** Left free, for what others write between the look and the write. */
const RESERVE_BYTES = 8 * 1024 * 1024;
/** Keys, page borders and the pages above, which are written anew with each transaction. */
const OVERHEAD = 2;

/**
 * Looks whether so many bytes can be written, before they are. A write of LMDB that fails in the middle is not only late
 * to notice: lmdb-js then prints what it tried into a buffer that is too short for it, and the process may die of that.
 * The look takes some 5 µs, a transaction with its sync a thousand times that.
 * @throws KotaError `log_full`
 */
export function requireRoom(dir: string, bytes: number, freeBytes: FreeBytes = freeBytesOf): void {
  const free = freeBytes(dir);
  const needed = bytes * OVERHEAD + RESERVE_BYTES;
  if (free >= needed) return;
  throw new KotaError(
    "log_full",
    `The disk of the log in ${dir} is full: ${megabytes(free)} are free and ${megabytes(needed)} are wanted. Make room on it; kota goes on by itself. What is not in the log is not acknowledged, so its senders keep it.`,
  );
}

function freeBytesOf(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
