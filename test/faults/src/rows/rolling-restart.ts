import { SERVICE_NAMES } from "@kota/runtime";
import type { Row } from "../row.ts";
import { untidy } from "../system.ts";
import { onStack } from "./on-stack.ts";

export const ROLLING_RESTART: Row = onStack({
  id: "F3",
  fault: "SIGTERM and restart of every service in turn, under load",
  guarantee: "each drains, commits and exits with 0 in under 10 s; no copies even in the log",
  async act(trial) {
    const { system } = trial;
    for (const service of SERVICE_NAMES) {
      const ending = await system.end(service, "SIGTERM");
      trial.failures.push(...untidy(service, ending));
      trial.note(`${service} ended in ${ending.seconds.toFixed(1)} s`);
      system.launch(service);
      await system.ready(service);
      await trial.recovered();
    }
  },
});
