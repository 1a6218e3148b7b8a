import { setTimeout as sleep } from "node:timers/promises";
import { MESSAGES, READINGS, REJECTIONS } from "@kota/event-log";
import { type Native, SERVERS, startNative } from "../../../../infra/native/servers.mjs";
import { getJson } from "../api.ts";
import { deleteTopic, denyWrites, makeTopic, setOfTopic } from "../kafka-admin.ts";
import { TOPIC_PREFIX } from "../plan.ts";
import { Publisher } from "../publisher.ts";
import type { Row, RowOptions, Surroundings } from "../row.ts";
import { SecondBroker } from "../second-broker.ts";
import type { Stack } from "../stack.ts";
import type { Trial } from "../trial.ts";
import { onStack } from "./on-stack.ts";

/** What was under way when Kafka began to refuse may still be acknowledged. */
const GRACE_MS = 4000;

/** By kota to Mosquitto, which has acknowledged them to devices long before. */
async function acknowledged({ system }: Trial<Stack>): Promise<number> {
  const text = await (await fetch(`${system.url("ingest")}/metrics`)).text();
  return Number(/^kota_messages_acknowledged_total (\d+)/m.exec(text)?.[1] ?? Number.NaN);
}

/** Nothing is acknowledged for as long, every process lives, and readiness gives the reason. */
async function nothingIsTaken(
  trial: Trial<Stack>,
  { outage }: RowOptions,
  service: "ingest" | "normalize",
  reason: RegExp,
): Promise<void> {
  await sleep(GRACE_MS);
  const before = await acknowledged(trial);
  await sleep(outage * 1000);
  const since = (await acknowledged(trial)) - before;
  if (service === "ingest")
    trial.expect(since === 0, `${since} messages were acknowledged that Kafka had refused`);
  const response = await fetch(`${trial.system.url(service)}/readyz`);
  const text = await response.text();
  trial.expect(response.status === 503, `${service} is ready (${response.status}) while Kafka refuses`);
  trial.expect(reason.test(text), `readiness of ${service} does not say why: ${text}`);
  trial.expect(!trial.system.process(service).ended, `${service} ended`);
  trial.note(`readiness of ${service}: ${(JSON.parse(text) as { reasons: string[] }).reasons.join(" ")}`);
}

/** Nothing more is sent, and all that was is stored: what is deleted now was used. */
async function allIsDealtWith(trial: Trial<Stack>): Promise<() => void> {
  const { load } = trial;
  const { rate } = load;
  load.rate = 0;
  for (const deadline = Date.now() + 60_000; load.unacknowledged > 0; await sleep(50)) {
    if (Date.now() > deadline) throw new Error("the load is not acknowledged, before anything was done");
  }
  await sleep(5000);
  return () => {
    load.rate = rate;
  };
}

interface Rejections {
  readonly rejections: readonly { readonly code: string; readonly reason: string; readonly topic: string }[];
}

const AUTHORIZER = [
  "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
  "allow.everyone.if.no.acl.found=true",
];

function ownServers(...kafkaProperties: readonly string[]): Promise<Native> {
  return startNative({ servers: SERVERS, kafkaProperties });
}

const seconds = new WeakMap<Surroundings, SecondBroker>();

export const REFUSAL_ROWS: readonly Row[] = [
  onStack({
    id: "F5a",
    fault: "of two replicas of every topic, both wanted in sync, one dies",
    guarantee: "nothing is acknowledged, readiness says so; goes on by itself when it is back; exact",
    native: () => ownServers("replica.lag.time.max.ms=3000"),
    async arrange(surroundings, native) {
      const second = await SecondBroker.start(native);
      seconds.set(surroundings, second);
      return { options: { replication: 2 }, close: () => second.kill() };
    },
    async act(trial, surroundings) {
      const second = seconds.get(surroundings);
      for (const { name } of [MESSAGES, READINGS, REJECTIONS])
        await setOfTopic(trial.system.native, name, "min.insync.replicas", "2");
      await second?.kill();
      await nothingIsTaken(
        trial,
        surroundings.options,
        "ingest",
        /does not take messages|waited \d+ s for the log/,
      );
      await second?.launch();
      await trial.recovered();
    },
  }),
  onStack({
    id: "F5b",
    fault: "kota.messages takes smaller records than kota makes, and one message is larger than that",
    guarantee:
      "records are made smaller; a message that fits in none is rejected with the reason and acknowledged; exact",
    async act(trial) {
      const { system } = trial;
      const undo = await setOfTopic(system.native, MESSAGES.name, "max.message.bytes", "4000");
      const taken: number[] = [];
      const publisher = new Publisher({
        url: system.mqttUrl,
        clientId: `large-${Date.now()}`,
        onAcknowledged: (n) => taken.push(n),
      });
      try {
        const topic = `${TOPIC_PREFIX}large-${Date.now().toString(36)}`;
        for (let n = 0; n < 5; n++) publisher.publish(n, topic, `{"n":${n},"x":"${"y".repeat(8000)}"}`);
        await trial.recovered();
        const { rejections } = await getJson<Rejections>(`${system.api}/v1/rejections?topic=${topic}`);
        trial.expect(
          taken.length === 5,
          `${taken.length} of 5 messages that are too large were acknowledged`,
        );
        trial.expect(
          rejections.length === 5 && rejections.every(({ code }) => code === "payload_too_large"),
          `5 messages that are too large became ${JSON.stringify(rejections.map(({ code }) => code))}`,
        );
        trial.note(`a message of 8 kB: ${rejections[0]?.reason}`);
      } finally {
        publisher.close();
        await undo();
      }
      await trial.recovered();
    },
  }),
  onStack({
    id: "F5c",
    fault: "kota.messages is deleted, and made anew by someone",
    guarantee:
      "nothing is acknowledged and readiness says why; offsets that begin again are noticed (F15); a restart of ingest goes on; exact",
    async act(trial, { options }) {
      const { system } = trial;
      const goOn = await allIsDealtWith(trial);
      await deleteTopic(system.native, MESSAGES.name);
      goOn();
      await nothingIsTaken(trial, options, "ingest", /no such topic/);
      await makeTopic(system.native, MESSAGES.name, MESSAGES.partitions);
      // The offsets are lower than those that Kafka confirmed before: what F15 is about, and no reason to go on by itself.
      await nothingIsTaken(trial, { ...options, outage: 2 }, "ingest", /records were lost/);
      await system.end("ingest", "SIGTERM");
      system.launch("ingest");
      await system.ready("ingest");
      await trial.recovered();
    },
  }),
  onStack({
    id: "F5d",
    fault: "kota may not write to kota.messages any more (an ACL)",
    guarantee: "nothing is acknowledged, readiness says what to grant; goes on by itself; exact",
    native: () => ownServers(...AUTHORIZER),
    async act(trial, { options }) {
      const undo = await denyWrites(trial.system.native, MESSAGES.name);
      try {
        await nothingIsTaken(trial, options, "ingest", /grant read, write and create/);
      } finally {
        await undo();
      }
      await trial.recovered();
    },
  }),
  onStack({
    id: "F23",
    fault: "nothing can be appended to kota.rejections",
    guarantee: "normalize waits with its commit and says so, nothing is dropped; goes on by itself; exact",
    native: () => ownServers(...AUTHORIZER),
    async act(trial, { options }) {
      const undo = await denyWrites(trial.system.native, REJECTIONS.name);
      try {
        await nothingIsTaken(trial, options, "normalize", /grant read, write and create/);
      } finally {
        await undo();
      }
      await trial.recovered();
    },
  }),
];
