import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { nativeAvailable } from "../../../infra/native/servers.mjs";
import { progress } from "./progress.ts";

const INSTALL = fileURLToPath(new URL("../../../infra/native/install.sh", import.meta.url));

type Program = Parameters<typeof nativeAvailable>[0];

/** Installs those that are not there, and says so: it may build one from source. */
export async function untilInstalled(programs: readonly Program[]): Promise<void> {
  const missing = programs.filter((program) => !nativeAvailable(program));
  if (missing.length === 0) return;
  progress(
    `${missing.join(", ")} not found: installing with infra/native/install.sh ${missing.join(" ")} (once; some minutes)`,
  );
  try {
    await promisify(execFile)(INSTALL, missing, { maxBuffer: 2 ** 24 });
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    throw new Error(`infra/native/install.sh ${missing.join(" ")} has failed:\n${stderr.trim()}`);
  }
}
