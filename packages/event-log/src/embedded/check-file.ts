import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { KotaError } from "@kota/model";

/** Of LMDB as lmdb-js builds it: two pages say where everything is, the one of the newer transaction counts. */
const META = { pages: 2, magicAt: 24, pageSizeAt: 48, lastPageAt: 144, transactionAt: 152, bytes: 160 };
const MAGIC = 0xbeefc0de;
/** The layout above; of another one nothing is said. */
const VERSION = 2;

/**
 * Looks whether a file can be LMDB's, and whether all of it is there. LMDB itself does not look: it maps the file into
 * memory, and the process dies at the first page that is missing (SIGBUS) or makes no sense (SIGSEGV), without a word. A
 * crash or a power cut leaves no such file; a full copy, a repaired file system or a slip of the hand may.
 * @throws KotaError `log_refused`
 */
export function checkFile(path: string, dir: string): void {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    // None yet. What else is wrong with it, LMDB says.
    if ((error as NodeJS.ErrnoException).code) return;
    throw error;
  }
  try {
    const { size } = fstatSync(file);
    if (size === 0) return;
    const newest = newestMeta(file);
    if (newest === undefined) throw damaged(dir, "log.mdb does not begin as one of kota's logs does");
    if (newest === "other") return;
    if (size < newest.bytes) throw damaged(dir, `log.mdb has ${size} bytes of at least ${newest.bytes}`);
  } finally {
    closeSync(file);
  }
}

function newestMeta(file: number): { readonly bytes: number } | "other" | undefined {
  const head = Buffer.alloc(META.bytes);
  let newest: { bytes: number; transaction: bigint } | undefined;
  let pageSize = 0;
  for (let page = 0; page < META.pages; page++) {
    if (readSync(file, head, 0, head.length, page * pageSize) < head.length) return undefined;
    if (head.readUInt32LE(META.magicAt) !== MAGIC) return undefined;
    if (head.readUInt32LE(META.magicAt + 4) !== VERSION) return "other";
    pageSize = head.readUInt32LE(META.pageSizeAt);
    const transaction = head.readBigUInt64LE(META.transactionAt);
    if (newest && newest.transaction >= transaction) continue;
    newest = { transaction, bytes: (Number(head.readBigUInt64LE(META.lastPageAt)) + 1) * pageSize };
  }
  return newest;
}

function damaged(dir: string, what: string): KotaError {
  return new KotaError(
    "log_refused",
    `The log in ${dir} is damaged: ${what}. Put a copy of the folder back, or move it away: kota then begins with an empty log. What the time series has stays; what was only in the log is lost.`,
  );
}
