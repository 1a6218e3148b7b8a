import { setTimeout as sleep } from "node:timers/promises";
import { SERVICE_NAMES, type ServiceName } from "@kota/runtime";
import type { Row } from "../row.ts";
import { onEmbedded } from "./on-embedded.ts";
import { onStack } from "./on-stack.ts";

/** By default a minute: longer than Kafka's session (10 s) and the keepalive of an MQTT connection. */
const OUTAGES = 3;

const WHAT: Record<ServiceName, { readonly letter: string; readonly guarantee: string }> = {
  ingest: { letter: "a", guarantee: "Mosquitto keeps what comes meanwhile; exact" },
  normalize: { letter: "b", guarantee: "messages wait in the log; exact" },
  store: { letter: "c", guarantee: "readings wait in the log; exact" },
  score: { letter: "d", guarantee: "readings untouched; scores equal to kota verify" },
  api: { letter: "e", guarantee: "nothing behind it notices; it answers again" },
  ledger: { letter: "f", guarantee: "nothing notices; exact" },
};

function standsStill(service: ServiceName): Row {
  const { letter, guarantee } = WHAT[service];
  return onStack({
    id: `S1${letter}`,
    fault: `${service} stands still (SIGSTOP) three times as long as a server is away`,
    guarantee,
    scores: service === "score",
    async act(trial, { options }) {
      const process = trial.system.process(service);
      process.signal("SIGSTOP");
      await sleep(OUTAGES * options.outage * 1000);
      const before = process.megabytes;
      process.signal("SIGCONT");
      await trial.recovered();
      await trial.system.ready(service);
      trial.note(
        `${service} grew by ${(process.megabytes - before).toFixed(0)} MB over what it had to catch up`,
      );
    },
  });
}

export const STAND_STILL_ROWS: readonly Row[] = [
  ...SERVICE_NAMES.map(standsStill),
  onEmbedded({
    id: "S1g",
    fault: "kota start stands still (SIGSTOP) three times as long as a server is away",
    guarantee: "devices wait for their acknowledgements and have them; exact",
    scores: true,
    async act(trial, { options }) {
      trial.system.process.signal("SIGSTOP");
      await sleep(OUTAGES * options.outage * 1000);
      trial.system.process.signal("SIGCONT");
      await trial.recovered();
    },
  }),
  onStack({
    id: "F14b",
    fault: "of two normalize and two store, one of each stands still for three outages, and wakes up",
    guarantee: "the others take over; who wakes up commits nothing of what it lost; exact",
    arrange: async () => ({ options: { members: [...SERVICE_NAMES, "normalize-2", "store-2"] } }),
    async act(trial, { options }) {
      const { system } = trial;
      for (const member of ["normalize-2", "store-2"] as const) {
        system.process(member).signal("SIGSTOP");
        const taken = await trial.recovered();
        await sleep(OUTAGES * options.outage * 1000);
        system.process(member).signal("SIGCONT");
        const back = await trial.recovered();
        await system.ready(member);
        trial.note(
          `${member}: ${taken.toFixed(1)} s until the other had all, ${back.toFixed(1)} s when it woke up`,
        );
      }
    },
  }),
];
