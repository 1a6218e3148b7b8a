/// <reference path="./fs-native-extensions.d.ts" />
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { KotaError } from "@kota/model";
import { tryLock } from "fs-native-extensions";

/**
 * Takes a folder for this log alone: offsets are counted in memory, so two logs would give the same one twice. The lock
 * is the operating system's, so that it holds between containers that share the folder and ends with its process,
 * however that ends.
 * @returns how to give it back
 * @throws KotaError `data_locked`
 */
export function lockFolder(dir: string): () => void {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, "lock");
  const file = openSync(path, "a+");
  if (!tryLock(file)) {
    const owner = readFileSync(path, "utf8").trim();
    closeSync(file);
    throw new KotaError(
      "data_locked",
      `Another kota (process ${owner}) uses the data in ${dir}. Stop it, or set KOTA_DATA_DIR to another folder.`,
    );
  }
  // For the message above only.
  ftruncateSync(file);
  writeSync(file, `${process.pid}\n`);
  return () => closeSync(file);
}
