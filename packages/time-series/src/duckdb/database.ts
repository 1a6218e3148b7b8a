import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBType, type DuckDBValue } from "@duckdb/node-api";
import { KotaError, messageOf } from "@kota/model";
import { Calls } from "../calls.ts";

/** Name of the database in its folder. */
const FILE_NAME = "time-series.duckdb";

/** Long reads must leave threads of Node's pool (4) to writes, and to everything else in the process. */
const READERS = 2;

const SETTINGS = {
  memory_limit: "256MB",
  threads: "2",
  // None while the file is being opened: one that fails, on a full disk, would keep the file from being read.
  checkpoint_threshold: "1TB",
  preserve_insertion_order: "false",
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
};

/** The write-ahead log is folded into the file at this size: it bounds both the disk and a restart after a crash. */
const CHECKPOINT_AT = "SET GLOBAL checkpoint_threshold = '32MB'";

// DuckDB holds its lock for a process: within one, it would open the same file twice and damage it.
const openFiles = new Set<string>();

interface Session {
  readonly instance: DuckDBInstance;
  readonly writer: DuckDBConnection;
  readonly readers: DuckDBConnection[];
  readonly inFlight: Set<Promise<unknown>>;
}

export type Row = readonly DuckDBValue[];

/**
 * A DuckDB file: one connection that writes, one transaction after another, and a few that read meanwhile.
 * After an error that DuckDB cannot go on from (a full disk while it checkpoints), the next call opens the file again.
 */
export class Database {
  readonly #path: string;
  readonly #prepare: (writer: DuckDBConnection) => Promise<void>;
  #session: Promise<Session> | null = null;
  #lastWrite: Promise<unknown> = Promise.resolve();
  readonly #calls = new Calls();
  readonly #waiting: (() => void)[] = [];
  #freeReaders = READERS;

  /** `prepare` runs on the writing connection whenever the file was opened. */
  private constructor(path: string, prepare: (writer: DuckDBConnection) => Promise<void>) {
    this.#path = path;
    this.#prepare = prepare;
  }

  static async open(dir: string, prepare: (writer: DuckDBConnection) => Promise<void>): Promise<Database> {
    try {
      mkdirSync(dir, { recursive: true });
    } catch (error) {
      throw new KotaError(
        "store_refused",
        `The folder ${dir} for the time series cannot be made: ${messageOf(error)}. Give kota a folder it may write to.`,
        { cause: error },
      );
    }
    const path = join(realpathSync(dir), FILE_NAME);
    if (openFiles.has(path)) {
      throw new KotaError(
        "data_locked",
        `${path} is already open in this process. Share the store that is open, or close it first.`,
      );
    }
    openFiles.add(path);
    const database = new Database(path, prepare);
    try {
      await database.#use(async () => {});
    } catch (error) {
      openFiles.delete(path);
      throw error;
    }
    return database;
  }

  /** Runs the work in a transaction, after all earlier ones. Resolves when it is on disk. */
  write<T>(work: (writer: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#calls.run(() => this.#afterLastWrite(() => this.#transaction(work)));
  }

  /** All rows of a query. */
  read(
    sql: string,
    values: Record<string, DuckDBValue> = {},
    types: Record<string, DuckDBType> = {},
  ): Promise<readonly Row[]> {
    return this.#calls.run(() => this.#query(sql, values, types));
  }

  /** Waits for what is under way, and closes the file. `onError` learns of a last checkpoint that failed: nothing is lost by it. */
  async close(onError: (error: unknown) => void): Promise<void> {
    if (!(await this.#calls.end())) return;
    const session = await this.#session?.catch(() => null);
    if (session) {
      await session.writer.run("CHECKPOINT").catch(onError);
      closeSession(session);
    }
    openFiles.delete(this.#path);
  }

  #afterLastWrite<T>(start: () => Promise<T>): Promise<T> {
    const run = this.#lastWrite.then(start);
    this.#lastWrite = run.catch(() => {});
    return run;
  }

  #transaction<T>(work: (writer: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#use(async ({ writer }) => {
      await writer.run("BEGIN TRANSACTION");
      try {
        const result = await work(writer);
        await writer.run("COMMIT");
        return result;
      } catch (error) {
        // A COMMIT that failed has ended the transaction by itself.
        await writer.run("ROLLBACK").catch(() => {});
        throw error;
      }
    });
  }

  async #query(
    sql: string,
    values: Record<string, DuckDBValue>,
    types: Record<string, DuckDBType>,
  ): Promise<readonly Row[]> {
    if (this.#freeReaders > 0) this.#freeReaders -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await this.#use(async ({ readers }) => {
        const reader = readers.pop();
        if (reader === undefined) throw new KotaError("internal", "No connection is free to read with.");
        try {
          return (await reader.runAndReadAll(sql, values, types)).getRows();
        } finally {
          readers.push(reader);
        }
      });
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#freeReaders += 1;
      else next();
    }
  }

  async #use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    this.#session ??= this.#openSession();
    const opening = this.#session;
    let session: Session;
    try {
      session = await opening;
    } catch (error) {
      if (this.#session === opening) this.#session = null;
      throw error;
    }
    const running = work(session);
    session.inFlight.add(running);
    try {
      return await running;
    } catch (error) {
      if (isFatal(error) && this.#session === opening) {
        session.inFlight.delete(running);
        this.#session = Promise.allSettled(session.inFlight).then(() => {
          closeSession(session);
          return this.#openSession();
        });
        this.#session.catch(() => {});
      }
      throw asKotaError(error);
    } finally {
      session.inFlight.delete(running);
    }
  }

  async #openSession(): Promise<Session> {
    let instance: DuckDBInstance;
    try {
      instance = await DuckDBInstance.create(this.#path, {
        ...SETTINGS,
        temp_directory: `${this.#path}.tmp`,
      });
    } catch (error) {
      const lock = /Could not set lock.*\(PID (\d+)\)/s.exec(messageOf(error));
      if (lock !== null) {
        throw new KotaError(
          "data_locked",
          `${this.#path} is in use by process ${lock[1]}. Stop that process, or give this one another data folder.`,
          { cause: error },
        );
      }
      throw new KotaError(
        "store_refused",
        `${this.#path} cannot be opened: ${messageOf(error)}. If the file is damaged, move it away: the store is filled again from the log as far as that reaches.`,
        { cause: error },
      );
    }
    try {
      const writer = await instance.connect();
      const readers: DuckDBConnection[] = [];
      for (let i = 0; i < READERS; i++) readers.push(await instance.connect());
      await this.#prepare(writer);
      await writer.run(CHECKPOINT_AT);
      return { instance, writer, readers, inFlight: new Set() };
    } catch (error) {
      instance.closeSync();
      throw asKotaError(error);
    }
  }
}

function closeSession(session: Session): void {
  for (const reader of session.readers) reader.closeSync();
  session.writer.closeSync();
  session.instance.closeSync();
}

function isFatal(error: unknown): boolean {
  return /^FATAL Error|database has been invalidated/.test(messageOf(error));
}

function asKotaError(error: unknown): KotaError {
  if (error instanceof KotaError) return error;
  const message = messageOf(error);
  if (/No space left|file too large|out of disk/i.test(message)) {
    return new KotaError(
      "store_full",
      `The disk of the time series is full: ${message}. Make room on it; kota goes on by itself, and what comes meanwhile waits in the log.`,
      { cause: error },
    );
  }
  // What can pass by itself once there is room again. Anything else is a statement of ours that DuckDB does not take.
  if (isFatal(error) || /^(IO|Out of Memory|TransactionContext|Transaction) Error/i.test(message)) {
    return new KotaError("store_unavailable", `DuckDB could not finish: ${message}. It is tried again.`, {
      cause: error,
    });
  }
  return new KotaError("internal", `DuckDB failed: ${message}`, { cause: error });
}
