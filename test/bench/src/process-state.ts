import { readdirSync, readFileSync } from "node:fs";
import type { Pids } from "./usage.ts";

/** What processes hold at one moment, all together. */
export interface Held {
  /** Resident, megabytes, files that are mapped included: those of the embedded log are, and the kernel takes them back when it wants to. */
  readonly resident: number;
  /** Of it what is no file: the process's own. */
  readonly own: number;
  /** Open files and sockets. */
  readonly handles: number;
}

export function heldBy(pids: Pids): Held {
  let resident = 0;
  let own = 0;
  let handles = 0;
  for (const pid of pids.values()) {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const megabytes = (name: string) =>
      Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
    resident += megabytes("VmRSS");
    own += megabytes("RssAnon");
    handles += readdirSync(`/proc/${pid}/fd`).length;
  }
  return { resident, own, handles };
}
