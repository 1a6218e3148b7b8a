import { execFileSync } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Embedded } from "../embedded.ts";
import { type LoadPlan, planOf } from "../plan.ts";
import type { Row, RowOptions } from "../row.ts";
import type { Trial } from "../trial.ts";
import { onEmbedded } from "./on-embedded.ts";

const HOUR_MS = 3_600_000;
/** Of the small file system, and what kota may grow by when too much comes. */
const BIG_ENOUGH_MB = 512;

/** A small file system, so that it can be full without filling the machine's. */
function mountSmall(path: string): () => void {
  mkdirSync(path, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${BIG_ENOUGH_MB}m`, "kota-faults", path]);
  return () => execFileSync("umount", ["--lazy", path]);
}

/** Leaves no room in the file system of a folder, whatever else is written there meanwhile. Returns the file that takes it. */
function fill(dir: string): string {
  const path = join(dir, "in-the-way");
  const file = openSync(path, "w");
  for (let size = 1024 * 1024; size >= 512; ) {
    try {
      writeSync(file, Buffer.alloc(size));
    } catch {
      size /= 2;
    }
  }
  closeSync(file);
  return path;
}

function diskFull(id: string, what: string, folder: string, guarantee: string, logIsFull: boolean): Row {
  return onEmbedded({
    id,
    fault: `the disk of ${what} is full for a while`,
    guarantee,
    needs: ["root"],
    arrange: (dataDir) => mountSmall(join(dataDir, folder)),
    async act(trial, { options }, dataDir) {
      const filler = fill(join(dataDir, folder));
      trial.say("the disk is full");
      await sleep((options.outage * 1000) / 2);
      const acknowledged = trial.load.sent - trial.load.unacknowledged;
      await sleep((options.outage * 1000) / 2);
      const since = trial.load.sent - trial.load.unacknowledged - acknowledged;
      trial.note(`${since} acknowledgements in the second half of ${options.outage} s with a full disk`);
      trial.expect(!trial.system.process.ended, "kota ended when its disk was full");
      if (logIsFull)
        trial.expect(since === 0, `${since} messages were acknowledged that the full disk cannot hold`);
      const { status } = await fetch(`${trial.system.url}/readyz`);
      trial.expect(status === 503, `readiness answers ${status} with a full disk`);
      rmSync(filler);
      await trial.recovered();
    },
  });
}

/** Clocks of some devices jump for a while: an hour back, two hours ahead, to 1970, to 2106. */
function jumpingClocks({ rate }: RowOptions): LoadPlan {
  const plan = planOf(`clock-${Date.now().toString(36)}`, 48, Date.now(), rate);
  const jumps = [-HOUR_MS, 2 * HOUR_MS, -Date.now(), Date.UTC(2106, 1, 7) - Date.now()] as const;
  return {
    devices: plan.devices,
    message(n) {
      const message = plan.message(n);
      const seq = Math.floor(n / plan.devices.length);
      const jump = jumps[(n % plan.devices.length) % 8];
      if (jump === undefined || seq < 40 || seq >= 160) return message;
      const time = message.time + jump;
      return { ...message, time, fate: jump === -HOUR_MS ? message.fate : "rejected" };
    },
  };
}

/** Kills kota, does something to its folder, starts it again. */
async function betweenTwoRuns(trial: Trial<Embedded>, act: () => void | Promise<void>): Promise<void> {
  const { system } = trial;
  await sleep(3000);
  await system.kill();
  await act();
  system.relaunch();
  await system.ready();
  await trial.recovered();
}

/** A start that ends by itself, with another status than 0 and one line that says why. */
async function refusesToStart(trial: Trial<Embedded>, why: RegExp): Promise<void> {
  trial.system.relaunch();
  const { code, signal } = await trial.system.process.exited(60_000);
  const said = trial.system.process.lines.filter((line) => line.startsWith("kota: "));
  trial.note(`ends with ${code ?? signal}: ${said.join(" / ")}`);
  trial.expect(code !== 0 && code !== null, `kota ended with ${code ?? signal}`);
  trial.expect(said.length === 1 && why.test(said[0] ?? ""), `kota does not say why: ${said.join(" / ")}`);
}

export const EMBEDDED_ROWS: readonly Row[] = [
  onEmbedded({
    id: "E1",
    fault: "kill -9 of kota start at random moments",
    guarantee: "an acknowledged message is on disk: nothing lost or doubled, copies only in the log",
    scores: true,
    async act(trial, { options }) {
      const { system } = trial;
      for (let kill = 1; kill <= 2 * options.kills; kill++) {
        await sleep(Math.random() * 2000);
        await system.kill();
        trial.say(`killed, ${kill} of ${2 * options.kills}`);
        system.relaunch();
        await system.ready();
        await trial.recovered();
      }
    },
  }),
  onEmbedded({
    id: "E2",
    fault: "kill -9 of kota start while it starts",
    guarantee: "as E1: also a start that is cut off leaves everything in order",
    async act(trial, { options }) {
      const { system } = trial;
      for (let kill = 1; kill <= 2 * options.kills; kill++) {
        await system.kill();
        system.relaunch();
        await sleep(Math.random() * 1500);
      }
      await system.kill();
      system.relaunch();
      await system.ready();
      await trial.recovered();
    },
  }),
  diskFull(
    "F16a",
    "the embedded log",
    "log",
    "no acknowledgement, not ready, alive; goes on by itself when there is room; exact",
    true,
  ),
  diskFull(
    "F16b",
    "the embedded time series",
    "time-series",
    "messages are still taken and wait in the log; goes on by itself; exact",
    false,
  ),
  onEmbedded({
    id: "F18a",
    fault: "the file of the embedded time series is deleted between two runs",
    guarantee: "it is filled again from the log; exact",
    act: (trial, _surroundings, dataDir) =>
      betweenTwoRuns(trial, () => rmSync(join(dataDir, "time-series"), { recursive: true, force: true })),
  }),
  onEmbedded({
    id: "F18b",
    fault: "the file of the embedded time series is damaged, and moved away as it is told",
    guarantee: "kota does not start and says what to do; then it is filled again from the log; exact",
    act: (trial, _surroundings, dataDir) =>
      betweenTwoRuns(trial, async () => {
        const folder = join(dataDir, "time-series");
        const file = join(folder, "time-series.duckdb");
        const bytes = readFileSync(file);
        bytes.fill(0xa5, 0, bytes.length);
        writeFileSync(file, bytes);
        await refusesToStart(trial, /time-series\.duckdb cannot be opened: .*move it away/);
        renameSync(folder, `${folder}.damaged`);
      }),
  }),
  onEmbedded({
    id: "F18c",
    fault: "the file of the embedded log is cut off, and a copy from before is put back",
    guarantee: "kota does not start and says what to do; what the copy has goes on; exact",
    act: (trial, _surroundings, dataDir) =>
      betweenTwoRuns(trial, async () => {
        const file = join(dataDir, "log", "log.mdb");
        copyFileSync(file, `${file}.copy`);
        truncateSync(file, Math.floor(statSync(file).size / 2));
        await refusesToStart(trial, /The log in .* is damaged: .*Put a copy of the folder back/);
        renameSync(`${file}.copy`, file);
      }),
  }),
  onEmbedded({
    id: "F19",
    fault: "clocks of devices jump: an hour back, two hours ahead, to 1970, to 2106",
    guarantee: "what cannot be is rejected with its reason, an hour back is stored where the device says",
    plan: jumpingClocks,
    async act(trial) {
      while (trial.load.sent < 200 * 48) await sleep(50);
      await trial.recovered();
    },
  }),
  onEmbedded({
    id: "F21",
    fault: "ten times the load for a while",
    guarantee: "devices are slowed down, nothing is lost, memory stays bounded, the usual pace afterwards",
    load: { connections: 8, window: 2000 },
    async act(trial, { options }) {
      const { load, system } = trial;
      const usual = load.rate;
      const before = system.process.megabytes;
      const begun = { sent: load.sent, at: performance.now() };
      load.rate = 10 * usual;
      await sleep(options.outage * 1000);
      const rate = ((load.sent - begun.sent) * 1000) / (performance.now() - begun.at);
      const growth = system.process.megabytes - before;
      trial.note(`${rate.toFixed(0)} messages a second were taken, memory +${growth.toFixed(0)} MB`);
      trial.expect(growth < BIG_ENOUGH_MB, `kota grew by ${growth.toFixed(0)} MB`);
      load.rate = usual;
      await trial.recovered();
    },
  }),
];
