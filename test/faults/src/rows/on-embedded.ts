import { join } from "node:path";
import { makeCity } from "../city.ts";
import { Embedded } from "../embedded.ts";
import type { LoadPlan } from "../plan.ts";
import type { Result, Row, RowOptions, Surroundings } from "../row.ts";
import { Trial, type TrialOptions } from "../trial.ts";
import { freshPlan } from "./on-stack.ts";

interface EmbeddedRow extends Pick<Row, "id" | "fault" | "guarantee"> {
  readonly needs?: Row["needs"];
  readonly plan?: (options: RowOptions) => LoadPlan;
  readonly load?: TrialOptions<Embedded>["load"];
  readonly scores?: boolean;
  /** Prepares the data folder. Returns how to undo that. */
  readonly arrange?: (dataDir: string) => () => void;
  readonly act: (trial: Trial<Embedded>, surroundings: Surroundings, dataDir: string) => Promise<void>;
}

/** A row on `kota start`, with its own broker, log and time series. */
export function onEmbedded(row: EmbeddedRow): Row {
  const { id, fault, guarantee, needs, plan, load, scores, arrange, act } = row;
  return {
    id,
    fault,
    guarantee,
    needs: needs ?? [],
    async run(surroundings): Promise<Result> {
      const chosen = plan?.(surroundings.options) ?? freshPlan(id, surroundings.options);
      const dataDir = join(surroundings.dir, "data");
      const undo = arrange?.(dataDir);
      try {
        const city = makeCity(join(surroundings.dir, "city"), chosen.devices);
        const system = await Embedded.start({ city, dataDir });
        try {
          return await Trial.run({
            surroundings,
            plan: chosen,
            system,
            ...(load ? { load } : {}),
            ...(scores ? { scores } : {}),
            act: (trial) => act(trial, surroundings, dataDir),
          });
        } finally {
          await system.kill();
        }
      } finally {
        undo?.();
      }
    },
  };
}
