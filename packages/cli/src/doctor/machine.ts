import { constants } from "node:fs";
import { access, mkdtemp, open, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** The oldest Node that kota is tested with. */
const NODE = [20, 19] as const;
/** Each MQTT connection is a file, and the databases hold some dozens. */
const FILES_BESIDE_DEVICES = 1000;
const GIB = 1024 ** 3;
const LOW_ROOM_BYTES = 2 * GIB;
/** The log needs so much to go on; below it nothing is acknowledged. */
const NO_ROOM_BYTES = 64 * 1024 ** 2;
const SYNCS = 15;
const SLOW_SYNC_MS = 20;

export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const isNew = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  return isNew
    ? ok("node", version)
    : fail("node", `${version} is too old`, `Install Node ${NODE.join(".")} or newer.`);
}

/** `limit`: open files that the process may have; null: not known or unlimited. */
export function filesFinding(limit: number | null, devices: number, brokerIsEmbedded: boolean): Finding {
  const wanted = FILES_BESIDE_DEVICES + (brokerIsEmbedded ? devices : 0);
  if (limit === null) return ok("open files", "no limit");
  return limit >= wanted
    ? ok("open files", `${limit} at most`)
    : warn(
        "open files",
        `${limit} at most, and ${devices} devices may each hold a connection`,
        `Raise the limit before the start: ulimit -n ${2 ** Math.ceil(Math.log2(wanted))}, or LimitNOFILE= of the systemd unit.`,
      );
}

/** The soft limit of this process. */
export function openFileLimit(): number | null {
  const { userLimits } = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft?: unknown } };
  };
  const limit = Number(userLimits?.open_files?.soft);
  return Number.isFinite(limit) ? limit : null;
}

/** Room and speed of the folder that the embedded log and time series are in, or will be. */
export async function dataFolderFindings(dir: string): Promise<Finding[]> {
  const place = await nearestFolder(dir);
  try {
    await access(place, constants.W_OK);
  } catch {
    return [
      fail(
        "data folder",
        `${place} cannot be written to`,
        "Let kota's user write there, or name another folder in KOTA_DATA_DIR.",
      ),
    ];
  }
  const { bavail, bsize } = await statfs(place);
  return [roomFinding(place, bavail * bsize), syncFinding(place, await syncMs(place))];
}

export function roomFinding(place: string, bytes: number): Finding {
  const found = `${(bytes / GIB).toFixed(1)} GiB free at ${place}`;
  if (bytes < NO_ROOM_BYTES)
    return fail("disk room", found, "Make room: until then no message is acknowledged.");
  if (bytes < LOW_ROOM_BYTES)
    return warn(
      "disk room",
      found,
      "Make room before it is full; at some 64 MiB kota takes no more messages.",
    );
  return ok("disk room", found);
}

export function syncFinding(place: string, ms: number): Finding {
  const found = `${ms.toFixed(1)} ms until a small write is on disk (median)`;
  return ms <= SLOW_SYNC_MS
    ? ok("disk speed", found)
    : warn(
        "disk speed",
        found,
        `Every acknowledgement waits for ${place}: an SSD, or a disk of this machine instead of the network's, answers devices sooner.`,
      );
}

/** The folder itself, or the nearest above it that exists. */
async function nearestFolder(dir: string): Promise<string> {
  for (let place = dir; ; place = dirname(place)) {
    try {
      await access(place);
      return place;
    } catch {
      if (place === dirname(place)) return place;
    }
  }
}

async function syncMs(place: string): Promise<number> {
  const own = await mkdtemp(join(place, ".kota-doctor-"));
  try {
    const file = await open(join(own, "sync"), "w");
    try {
      const times: number[] = [];
      for (let turn = 0; turn < SYNCS; turn++) {
        const began = performance.now();
        await file.write(Buffer.alloc(4096, turn), 0, 4096, turn * 4096);
        await file.datasync();
        times.push(performance.now() - began);
      }
      return times.sort((a, b) => a - b)[SYNCS >> 1] ?? 0;
    } finally {
      await file.close();
    }
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
