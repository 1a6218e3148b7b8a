import { KotaError, messageOf } from "@kota/model";
import { createProgram } from "./program.ts";

/** 0 done, 1 failed, 2 wrong usage, 3 settings or city unusable, 4 something kota needs is not there. */
function exitCodeOf(error: unknown): number {
  if (!(error instanceof KotaError)) return 1;
  if (error.code === "bad_request") return 2;
  if (error.fault === "caller") return 3;
  return error.fault === "peer" ? 4 : 1;
}

try {
  await createProgram().parseAsync();
} catch (error) {
  const known = error instanceof KotaError;
  console.error(
    `kota: ${known ? error.message : error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}`,
  );
  process.exit(exitCodeOf(error));
}
