// The full stack without Docker: real Mosquitto, Kafka and InfluxDB, and every service as a process of its own, each
// started again when it dies. Ctrl-C stops the services; the servers too, unless --keep-servers.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const kota = resolve(here, "../../packages/cli/bin/kota.js");
const RESTART_AFTER_MS = 1000;
const LOOK_EVERY_MS = 200;
/** What kota's command line exits with when settings or city are not usable: to start again would not help. */
const UNUSABLE_SETTINGS = 3;

const { values: options } = parseArgs({
  options: {
    dir: { type: "string" },
    "mosquitto-port": { type: "string", default: "1883" },
    "kafka-port": { type: "string", default: "9092" },
    "influx-port": { type: "string", default: "8086" },
    "http-port": { type: "string", default: process.env.KOTA_HTTP_PORT ?? "8080" },
    "no-simulate": { type: "boolean", default: process.env.KOTA_SIMULATE === "false" },
    "keep-servers": { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

if (options.help) {
  console.log(`pnpm stack [options]: the full stack on this machine, without Docker

  --dir DIR            where servers and services keep their data (default: in the cache folder)
  --mosquitto-port N   1883
  --kafka-port N       9092
  --influx-port N      8086
  --http-port N        8080 for the API and the page; the other services take the four ports after it for their health
  --no-simulate        do not replay the city's recordings
  --keep-servers       leave Mosquitto, Kafka and InfluxDB running at the end

A service that dies is started again after a second, unless its settings are not usable. The city is KOTA_CITY, or the example city.`);
  process.exit(0);
}

const cache =
  process.env.KOTA_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "kota");
const dir = resolve(options.dir ?? join(cache, "stack"));
mkdirSync(dir, { recursive: true });
const serverDir = join(dir, "servers");
script("install.sh", ["mosquitto", "kafka", "influxdb"]);
script("start.sh", [
  ...["--dir", serverDir],
  ...["--mosquitto-port", options["mosquitto-port"]],
  ...["--kafka-port", options["kafka-port"]],
  ...["--influx-port", options["influx-port"]],
]);

const httpPort = Number(options["http-port"]);
const SERVICES = ["api", "ingest", "normalize", "store", "score", "ledger"];
const commands = SERVICES.map((name, n) => ({ name, args: ["run", name], httpPort: httpPort + n }));

/** @type {Map<string, import("node:child_process").ChildProcess>} */
const running = new Map();
let stopping = false;
for (const command of commands) launch(command);
console.log(`
kota runs as ${SERVICES.length} services on Mosquitto, Kafka and InfluxDB
  page and API   http://127.0.0.1:${httpPort}
  health         ${SERVICES.slice(1)
    .map((name, n) => `${name} :${httpPort + n + 1}`)
    .join(", ")}
  MQTT broker    mqtt://127.0.0.1:${options["mosquitto-port"]}
  Kafka          127.0.0.1:${options["kafka-port"]}
  InfluxDB       http://127.0.0.1:${options["influx-port"]} (organisation and bucket 'kota', token 'kota-dev-token')
  stop           Ctrl-C
`);

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, stop);

// Before ingest has subscribed for the first time, the broker has nobody to keep a message for.
const ingestPort = httpPort + SERVICES.indexOf("ingest");
while (!options["no-simulate"] && !stopping) {
  if (await isReady(ingestPort)) {
    launch({ name: "simulate", args: ["simulate"], httpPort: 0 });
    break;
  }
  await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
}

async function isReady(port) {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  } catch {
    return false;
  }
}

async function stop() {
  if (stopping) return;
  stopping = true;
  const ends = [...running.values()].map((child) => new Promise((done) => child.once("exit", done)));
  for (const child of running.values()) child.kill("SIGTERM");
  await Promise.all(ends);
  if (!options["keep-servers"]) script("stop.sh", ["--dir", serverDir]);
  process.exit();
}

function launch({ name, args, httpPort: port }) {
  const child = spawn(process.execPath, [kota, ...args], {
    // Ctrl-C reaches the whole terminal group; the services are told once, by stop().
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      KOTA_EVENT_LOG: "kafka",
      KOTA_KAFKA_BROKERS: `127.0.0.1:${options["kafka-port"]}`,
      KOTA_TIME_SERIES: "influxdb",
      KOTA_INFLUX_URL: `http://127.0.0.1:${options["influx-port"]}`,
      KOTA_INFLUX_TOKEN: "kota-dev-token",
      KOTA_MQTT_URL: `mqtt://127.0.0.1:${options["mosquitto-port"]}`,
      KOTA_HTTP_PORT: String(port),
      KOTA_DATA_DIR: join(dir, "services"),
      KOTA_LOG_FORMAT: process.env.KOTA_LOG_FORMAT ?? "pretty",
    },
  });
  running.set(name, child);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => console.log(`${name.padEnd(9)} ${line}`));
  }
  child.once("exit", (code, signal) => {
    running.delete(name);
    if (stopping) return;
    if (code === UNUSABLE_SETTINGS) {
      console.log(`${name.padEnd(9)} cannot run with these settings; everything is stopped`);
      process.exitCode = code;
      void stop();
      return;
    }
    console.log(`${name.padEnd(9)} ended (${signal ?? code}); starting it again`);
    setTimeout(() => stopping || launch({ name, args, httpPort: port }), RESTART_AFTER_MS);
  });
}

function script(name, args) {
  const result = spawnSync(join(here, name), args, { stdio: "inherit" });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
