// Real servers for tests: each call of startNative is a set of its own, with its own ports and its own folder.
// A thin layer over the scripts beside this file, which do the work and can do the same from a shell.
import { execFile, spawn, spawnSync } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** @typedef {import("./servers.mjs").ServerName} ServerName */
/** @typedef {import("./servers.mjs").Native} Native */

const here = dirname(fileURLToPath(import.meta.url));
/** One file for each set of servers that this user's processes started: who owns it, and where it is. */
const registry = join(tmpdir(), `kota-native-${userInfo().uid}`);
const EXIT_PORT_TAKEN = 3;

/** @type {readonly ServerName[]} */
export const SERVERS = ["mosquitto", "kafka", "influxdb"];

/** @param {ServerName} server */
export function nativeAvailable(server) {
  return spawnSync(join(here, "install.sh"), ["--check", server], { stdio: "ignore" }).status === 0;
}

/** @param {import("./servers.mjs").StartOptions} [options] */
export async function startNative(options = {}) {
  const servers = [...new Set(options.servers ?? SERVERS)];
  await sweep();
  mkdirSync(registry, { recursive: true, mode: 0o700 });
  const dir = options.dir ? resolve(options.dir) : mkdtempSync(join(registry, "data-"));
  const remove = options.dir === undefined && options.keep !== true;
  mkdirSync(dir, { recursive: true });

  const entry = join(registry, `${process.pid}-${randomBytes(6).toString("hex")}.json`);
  const owner = { dir, remove, pid: process.pid, began: beganAt(process.pid) };
  writeFileSync(entry, JSON.stringify(owner));
  const reaper = spawn(join(here, "reap.sh"), [String(process.pid), dir, ...(remove ? ["--remove"] : [])], {
    detached: true,
    stdio: "ignore",
  });
  reaper.unref();

  async function stop() {
    await run("stop.sh", ["--dir", dir]);
    reaper.kill("SIGKILL");
    if (remove) rmSync(dir, { recursive: true, force: true });
    rmSync(entry, { force: true });
  }

  let ports;
  try {
    ports = await startOnFreePorts(dir, servers, options);
  } catch (error) {
    // The folder has the logs that tell why; a caller who gave one keeps it.
    await stop().catch(() => {});
    throw error;
  }
  const known = {
    mosquitto: { url: `mqtt://127.0.0.1:${ports.mosquitto}`, port: ports.mosquitto, pid: 0 },
    kafka: { brokers: [`127.0.0.1:${ports.kafka}`], port: ports.kafka, pid: 0 },
    influxdb: {
      url: `http://127.0.0.1:${ports.influxdb}`,
      port: ports.influxdb,
      org: "kota",
      bucket: "kota",
      token: "kota-dev-token",
      pid: 0,
    },
  };
  /** @param {ServerName} server */
  const part = (server) => {
    if (!servers.includes(server)) throw new Error(`${server} was not asked for, only ${servers.join(", ")}`);
    return known[server];
  };
  /** @param {ServerName} server */
  const readPid = (server) => {
    part(server).pid = Number(readFileSync(join(dir, `${server}.pid`), "utf8"));
  };
  servers.forEach(readPid);

  /** @param {ServerName} server */
  async function start(server) {
    part(server);
    await run("start.sh", startArguments(dir, ports, [server], options.kafkaProperties));
    readPid(server);
  }

  return /** @type {Native} */ ({
    dir,
    ...Object.fromEntries(servers.map((server) => [server, known[server]])),
    start,
    async restart(server) {
      part(server);
      await run("stop.sh", ["--dir", dir, server]);
      await start(server);
    },
    async kill(server, signal = "SIGKILL") {
      process.kill(part(server).pid, signal);
      if (!["SIGKILL", "SIGTERM", "SIGINT"].includes(signal)) return;
      for (const deadline = Date.now() + 30_000; await isRunning(dir, server); await sleep(20)) {
        if (Date.now() > deadline) throw new Error(`${server} is still there 30 s after ${signal}`);
      }
    },
    stop,
  });
}

/** Stops and clears away what processes left behind that are gone. */
export async function sweep() {
  const swept = [];
  for (const file of entries()) {
    const path = join(registry, file);
    let entry;
    try {
      entry = JSON.parse(readFileSync(path, "utf8"));
    } catch {
      continue; // being written or removed by its owner at this moment
    }
    if (beganAt(entry.pid) === entry.began) continue;
    try {
      await run("stop.sh", ["--kill", "--dir", entry.dir]);
      if (entry.remove) rmSync(entry.dir, { recursive: true, force: true });
      rmSync(path, { force: true });
      swept.push(entry.dir);
    } catch {
      // Another process, or the reaper, is at it. What it leaves is swept next time.
    }
  }
  return swept;
}

function entries() {
  try {
    return readdirSync(registry).filter((file) => file.endsWith(".json"));
  } catch {
    return [];
  }
}

/**
 * When a process began, in clock ticks since boot: with its pid, a name that no later process gets. Null: it is gone.
 * @param {number} pid
 */
function beganAt(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return null;
  }
}

/**
 * @param {string} dir
 * @param {readonly ServerName[]} servers
 * @param {import("./servers.mjs").StartOptions} options
 */
async function startOnFreePorts(dir, servers, options) {
  for (let attempt = 1; ; attempt++) {
    const [mosquitto, kafka, kafkaController, influxdb] = await freePorts(4);
    const ports = { mosquitto, kafka, kafkaController, influxdb, ...options.ports };
    try {
      // No name would mean all of them.
      if (servers.length > 0)
        await run("start.sh", startArguments(dir, ports, servers, options.kafkaProperties));
      return ports;
    } catch (error) {
      // Another process was quicker. Not worth a failed test, unless the caller insists on the ports.
      if (error.code !== EXIT_PORT_TAKEN || options.ports || attempt === 5) throw error;
      await run("stop.sh", ["--dir", dir]);
    }
  }
}

/**
 * @param {string} dir
 * @param {Readonly<Record<string, number>>} ports
 * @param {readonly ServerName[]} servers
 * @param {readonly string[]} [kafkaProperties]
 */
function startArguments(dir, ports, servers, kafkaProperties = []) {
  return [
    ...["--dir", dir],
    ...["--mosquitto-port", String(ports.mosquitto)],
    ...["--kafka-port", String(ports.kafka)],
    ...["--kafka-controller-port", String(ports.kafkaController)],
    ...["--influx-port", String(ports.influxdb)],
    ...kafkaProperties.flatMap((property) => ["--kafka-property", property]),
    ...servers,
  ];
}

/** One port as {@link freePorts} finds it, for what has to come back on it after a kill. */
export async function freePort() {
  const [port] = await freePorts(1);
  return port;
}

/**
 * Below the range that the kernel takes client ports from: there, a client that keeps calling a stopped server could
 * be given the server's own port, connect to itself, and keep the server from coming back.
 * @param {number} count
 */
async function freePorts(count) {
  const held = [];
  while (held.length < count) {
    const server = createServer();
    const port = randomInt(20_000, 32_000);
    const free = await new Promise((done) => {
      server.once("error", () => done(false));
      server.listen(port, "127.0.0.1", () => done(true));
    });
    if (free) held.push({ server, port });
  }
  await Promise.all(held.map(({ server }) => new Promise((done) => server.close(done))));
  return held.map(({ port }) => port);
}

/**
 * @param {string} dir
 * @param {ServerName} server
 */
async function isRunning(dir, server) {
  return await run("status.sh", ["--dir", dir, server]).then(
    () => true,
    () => false,
  );
}

/**
 * @param {string} script
 * @param {readonly string[]} args
 * @returns {Promise<string>}
 */
function run(script, args) {
  return new Promise((done, fail) => {
    execFile(join(here, script), args, (error, stdout, stderr) => {
      if (!error) return done(stdout);
      error.message = stderr.trim() || error.message;
      fail(error);
    });
  });
}
