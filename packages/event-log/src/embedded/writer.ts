import { KotaError, messageOf } from "@kota/model";
import type { RootDatabase } from "lmdb";
import { type Deferred, deferred } from "../deferred.ts";
import { type FreeBytes, requireRoom } from "./room.ts";

/** A commit, or the removal of some records. */
const SMALL_BYTES = 4096;
/** Of an operating system that has no room for a file to grow (ENOSPC, EFBIG, EDQUOT), and of LMDB for its map. */
const FULL: ReadonlySet<unknown> = new Set([28, 27, 122, -30792]);

/** Part of a transaction: what it puts and removes, and what follows when the transaction is on disk or is not. */
interface Change {
  /** Queues puts and removals. Called when the transaction is made. */
  apply(): void;
  /** About so much is put. */
  readonly bytes?: number;
  kept?(): void;
  undone?(): void;
}

export interface Writer {
  /**
   * Makes a change durable. Changes that come while a transaction is being synced go into the next one together.
   * @throws KotaError `log_full`, `log_unavailable`: then nothing of the change was kept.
   */
  write(change: Change): Promise<void>;
  /** Whether the last transaction failed. */
  readonly failing: boolean;
  /** Resolves when nothing waits to be written. */
  settled(): Promise<void>;
}

/**
 * One transaction at a time, each synced before the next begins.
 *
 * lmdb-js resolves a write after `mdb_txn_commit`, which ends with fdatasync of the pages and a synchronous write of the
 * meta page, provided that `overlappingSync` is off: with it, the default, the promise means visible, not durable, and
 * a failed sync is not told at all. Everything goes through `batch`, because a put outside of one leaves an unhandled
 * rejection behind when its transaction fails.
 */
export function createWriter(root: RootDatabase, dir: string, freeBytes?: FreeBytes): Writer {
  let waiting: Change[] = [];
  let next: Deferred | undefined;
  let running: Promise<void> | undefined;
  let failing = false;

  async function run(): Promise<void> {
    // What else this turn of the event loop brings goes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (next) {
      const changes = waiting;
      const done = next;
      waiting = [];
      next = undefined;
      try {
        await commit(changes);
        failing = false;
        for (const change of changes) change.kept?.();
        done.resolve();
      } catch (cause) {
        failing = true;
        for (const change of changes) change.undone?.();
        done.reject(asKotaError(cause, dir));
      }
    }
    running = undefined;
  }

  async function commit(changes: readonly Change[]): Promise<void> {
    requireRoom(
      dir,
      changes.reduce((sum, { bytes = SMALL_BYTES }) => sum + bytes, 0),
      freeBytes,
    );
    try {
      await root.batch(() => {
        for (const change of changes) change.apply();
      });
    } catch (error) {
      if (error instanceof Error && "commitError" in error) await error.commitError;
      throw error;
    }
  }

  return {
    write(change) {
      waiting.push(change);
      next ??= deferred();
      const { promise } = next;
      running ??= run();
      return promise;
    },
    get failing() {
      return failing;
    },
    async settled() {
      while (running !== undefined) await running;
    },
  };
}

function asKotaError(cause: unknown, dir: string): KotaError {
  if (cause instanceof KotaError) return cause;
  const reason = `The log in ${dir} cannot be written: ${messageOf(cause)}`;
  return cause instanceof Error && "code" in cause && FULL.has(cause.code)
    ? new KotaError("log_full", `${reason}. Make room on its disk; kota goes on by itself.`, { cause })
    : new KotaError(
        "log_unavailable",
        `${reason}. Is the disk full or broken, or may kota not write to the folder?`,
        { cause },
      );
}
