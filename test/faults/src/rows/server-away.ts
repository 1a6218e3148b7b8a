import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerName } from "../../../../infra/native/servers.mjs";
import type { Row } from "../row.ts";
import type { Member, Stack } from "../stack.ts";
import { RECOVERY_TIMEOUT_MS, type Trial } from "../trial.ts";
import { onStack } from "./on-stack.ts";

/** A service that keeps what it cannot hand on would grow by far more. */
const MOST_GROWTH_MB = 150;
/** Of the second half of an outage over the first: whatever gathers goes on gathering. */
const MOST_CREEP_MB = 40;

/** Takes a server away for a while. The services behind it must neither end nor gather messages in their memory. */
async function away(
  trial: Trial<Stack>,
  server: ServerName,
  seconds: number,
  gone: () => Promise<void>,
  back: () => Promise<void>,
  watched: readonly Member[],
): Promise<void> {
  const memories = watched.map((member) => ({ member, process: trial.system.process(member), used: [0] }));
  for (const { process, used } of memories) used[0] = process.megabytes;
  await gone();
  trial.say(`${server} is away for ${seconds} s`);
  for (let sample = 1; sample <= SAMPLES; sample++) {
    await sleep((seconds * 1000) / SAMPLES);
    for (const { process, used } of memories) if (!process.ended) used.push(process.megabytes);
  }
  for (const { member, process, used } of memories) {
    trial.expect(!process.ended, `${member} ended while ${server} was away`);
    const [before = 0, ...during] = used;
    const growth = Math.max(...during) - before;
    const creep = meanOf(during.slice(SAMPLES / 2)) - meanOf(during.slice(0, SAMPLES / 2));
    trial.note(
      `${member} had ${before.toFixed(0)} MB, at most ${signed(growth)} MB in ${seconds} s without ${server}, ` +
        `${signed(creep)} MB in the second half over the first`,
    );
    trial.expect(
      growth < MOST_GROWTH_MB,
      `${member} grew by ${growth.toFixed(0)} MB while ${server} was away`,
    );
    if (seconds >= LONG_SECONDS)
      trial.expect(
        creep < MOST_CREEP_MB,
        `${member} goes on growing while ${server} is away: ${signed(creep)} MB`,
      );
  }
  await back();
  // What has waited all the time comes first.
  await trial.recovered(RECOVERY_TIMEOUT_MS + seconds * 500);
}

/** Of memory, in an outage. */
const SAMPLES = 20;
/** In a shorter outage a garbage collection more or less would be taken for growth. */
const LONG_SECONDS = 120;

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function signed(number: number): string {
  return `${number >= 0 ? "+" : ""}${number.toFixed(0)}`;
}

function killedForAWhile(
  trial: Trial<Stack>,
  server: ServerName,
  seconds: number,
  watched: readonly Member[],
): Promise<void> {
  const { native } = trial.system;
  return away(
    trial,
    server,
    seconds,
    () => native.kill(server),
    () => native.start(server),
    watched,
  );
}

/** What Mosquitto had acknowledged to devices and not yet handed to kota: well below a second of the load. */
const lessThanASecond = (trial: Trial<Stack>) => trial.load.rate;

export const SERVER_ROWS: readonly Row[] = [
  onStack({
    id: "F4a",
    fault: "kill -9 of Kafka, started again after a while",
    guarantee: "nothing is acknowledged that the log has not got; MQTT stays connected; exact after",
    scores: true,
    async act(trial, { options }) {
      await killedForAWhile(trial, "kafka", options.outage, ["ingest"]);
      const lines = trial.system
        .process("ingest")
        .lines.filter((line) => line.includes("lost the connection"));
      trial.expect(lines.length === 0, `ingest lost its MQTT connection: ${lines[0]}`);
    },
  }),
  onStack({
    id: "F4b",
    fault: "Kafka stands still (SIGSTOP) for a while",
    guarantee: "as F4a: a log that hangs is a log that is away",
    async act(trial, { options }) {
      const { native } = trial.system;
      await away(
        trial,
        "kafka",
        options.outage,
        () => native.kill("kafka", "SIGSTOP"),
        () => native.kill("kafka", "SIGCONT"),
        ["ingest"],
      );
    },
  }),
  onStack({
    id: "F6",
    fault: "kill -9 of InfluxDB, started again after a while",
    guarantee: "readings wait in the log, none in memory; exact after",
    scores: true,
    async act(trial, { options }) {
      await killedForAWhile(trial, "influxdb", options.outage, ["store", "score", "ledger", "api"]);
    },
  }),
  onStack({
    id: "F9a",
    fault: "Mosquitto is restarted in order (SIGTERM)",
    guarantee: "exact: it saves its sessions and queues when it stops",
    async act(trial) {
      await trial.system.native.restart("mosquitto");
      await trial.recovered();
    },
  }),
  onStack({
    id: "F9b",
    fault: "kill -9 of Mosquitto while ingest keeps up",
    guarantee: "lost is only what it had acknowledged and not yet handed on: below a second of the load",
    mayLose: lessThanASecond,
    async act(trial) {
      const { native } = trial.system;
      await native.kill("mosquitto");
      await native.start("mosquitto");
      await trial.recovered();
    },
  }),
  onStack({
    id: "F9c",
    fault: "kill -9 of Mosquitto while ingest is away",
    guarantee:
      "lost is what it had queued since its last snapshot, at most 30 s; the embedded broker has no such gap",
    mayLose: (trial) => 31 * trial.load.rate,
    async act(trial, { options }) {
      const { native } = trial.system;
      await trial.system.end("ingest", "SIGKILL");
      await sleep(Math.min(options.outage, 25) * 1000);
      await native.kill("mosquitto");
      await native.start("mosquitto");
      trial.system.launch("ingest");
      await trial.recovered();
    },
  }),
  onStack({
    id: "F11",
    fault: "Mosquitto comes back without its state: the session is gone",
    guarantee:
      "subscribes again, says that messages may be missing; lost is at most what Mosquitto had queued",
    mayLose: lessThanASecond,
    async act(trial) {
      const { native } = trial.system;
      await native.kill("mosquitto", "SIGTERM");
      rmSync(join(native.dir, "mosquitto", "mosquitto.db"), { force: true });
      await native.start("mosquitto");
      await trial.recovered();
      const said = trial.system.process("ingest").lines.some((line) => line.includes("has lost the session"));
      trial.expect(said, "ingest did not say that the session was lost");
    },
  }),
];
