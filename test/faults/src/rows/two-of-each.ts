import { setTimeout as sleep } from "node:timers/promises";
import { SERVICE_NAMES } from "@kota/runtime";
import type { Row } from "../row.ts";
import { untidy } from "../system.ts";
import { onStack } from "./on-stack.ts";

export const TWO_ROWS: readonly Row[] = [
  onStack({
    id: "F12",
    fault: "two ingest processes with the same client id",
    guarantee: "the broker throws one out at a time; they back off and say what to set; exact",
    arrange: async () => ({ options: { oneClientId: true } }),
    async act(trial, { options }) {
      const { system } = trial;
      system.add("ingest-2");
      await sleep(options.outage * 1000);
      const lines = [...system.process("ingest").lines, ...system.process("ingest-2").lines];
      const takeovers = lines.filter((line) => line.includes("KOTA_MQTT_CLIENT_ID")).length;
      trial.note(`${takeovers} takeovers in ${options.outage} s`);
      trial.expect(takeovers > 0, "neither said that the client id is taken twice");
      trial.expect(
        takeovers <= 2 * options.outage,
        `${takeovers} takeovers in ${options.outage} s are a storm`,
      );
      await system.end("ingest-2", "SIGTERM");
      await trial.recovered();
    },
  }),
  onStack({
    id: "F13",
    fault: "two ingest processes share the load; one is killed and comes back, then leaves in order",
    guarantee:
      "what was on its way to the one that died waits for it; who leaves in order leaves nothing behind; exact",
    arrange: async () => ({
      options: { shareGroup: "kota", members: [...SERVICE_NAMES, "ingest-2"] },
    }),
    async act(trial) {
      const { system } = trial;
      await system.end("ingest-2", "SIGKILL");
      await sleep(3000);
      system.launch("ingest-2");
      await system.ready("ingest-2");
      await trial.recovered();
      trial.failures.push(...untidy("ingest-2", await system.end("ingest-2", "SIGTERM")));
      await trial.recovered();
    },
  }),
  onStack({
    id: "F14a",
    fault: "two normalize and two store processes; one of each is killed, replaced, and leaves in order",
    guarantee:
      "the others take over after the session timeout of 10 s, at once when one leaves in order; exact",
    arrange: async () => ({
      options: { members: [...SERVICE_NAMES, "normalize-2", "store-2"] },
    }),
    async act(trial) {
      const { system } = trial;
      for (const member of ["normalize-2", "store-2"] as const) {
        await sleep(500);
        await system.end(member, "SIGKILL");
        const taken = await trial.recovered();
        system.launch(member);
        await system.ready(member);
        const joined = await trial.recovered();
        trial.failures.push(...untidy(member, await system.end(member, "SIGTERM")));
        const left = await trial.recovered();
        const shown = [taken, joined, left].map((seconds) => seconds.toFixed(1)).join(", ");
        trial.note(`${member}: killed, joined, left: ${shown} s until everything flows`);
      }
    },
  }),
];
