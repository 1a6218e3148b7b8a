import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceName } from "@kota/runtime";
import { getJson } from "../api.ts";
import type { Row, Surroundings } from "../row.ts";
import type { Stack } from "../stack.ts";
import type { Trial } from "../trial.ts";
import { onStack } from "./on-stack.ts";

/** Moments differ, so that over the kills every step is hit: nothing under way, a batch read, written, not committed. */
const LONGEST_WAIT_MS = 3000;

async function killAgainAndAgain(
  trial: Trial<Stack>,
  { options }: Surroundings,
  service: ServiceName,
  recovered: () => Promise<unknown>,
): Promise<void> {
  const { system } = trial;
  for (let kill = 1; kill <= options.kills; kill++) {
    await sleep(Math.random() * LONGEST_WAIT_MS);
    await system.end(service, "SIGKILL");
    trial.say(`${service} killed, ${kill} of ${options.kills}`);
    system.launch(service);
    await recovered();
  }
}

function killed(id: string, service: ServiceName, guarantee: string): Row {
  return onStack({
    id,
    fault: `kill -9 of ${service} at random moments`,
    guarantee,
    act: (trial, surroundings) => killAgainAndAgain(trial, surroundings, service, () => trial.recovered()),
  });
}

interface Scores {
  readonly scores: readonly { readonly at: string | null }[];
}

export const KILL_ROWS: readonly Row[] = [
  killed("F1", "ingest", "nothing lost or doubled; copies only in the log"),
  killed("F2a", "normalize", "nothing lost or doubled; goes on after Kafka's session timeout of 10 s"),
  killed("F2b", "store", "nothing lost or doubled; goes on after Kafka's session timeout of 10 s"),
  onStack({
    id: "F2c",
    fault: "kill -9 of score at random moments",
    guarantee: "readings are not touched; fresh scores after Kafka's session timeout of 10 s",
    scores: true,
    act: (trial, surroundings) =>
      killAgainAndAgain(trial, surroundings, "score", async () => {
        const begun = Date.now();
        while (Date.now() - begun < 60_000) {
          const scores = await getJson<Scores["scores"]>(`${trial.system.url("api")}/v1/scores`).catch(
            () => [],
          );
          if (scores.some(({ at }) => at !== null && Date.parse(at) > begun)) {
            trial.note(`fresh scores ${((Date.now() - begun) / 1000).toFixed(1)} s after the kill`);
            return;
          }
          await sleep(100);
        }
        throw new Error("no fresh score 60 s after score was killed");
      }),
  }),
];
