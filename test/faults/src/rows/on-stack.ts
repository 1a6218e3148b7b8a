import { join } from "node:path";
import { type Native, SERVERS } from "../../../../infra/native/servers.mjs";
import { makeCity } from "../city.ts";
import { type LoadPlan, planOf } from "../plan.ts";
import type { Result, Row, RowOptions, Surroundings } from "../row.ts";
import { Stack, type StackOptions } from "../stack.ts";
import { Trial, type TrialOptions } from "../trial.ts";

const DEVICES = 48;

interface StackRow extends Pick<Row, "id" | "fault" | "guarantee"> {
  /** How the stack is started, where not in the plain way. What it opens is closed by `close`. */
  readonly arrange?: (
    surroundings: Surroundings,
    native: Native,
  ) => Promise<{ readonly options: Partial<StackOptions>; readonly close?: () => Promise<void> }>;
  /** Servers of this row alone, where the common ones will not do. */
  readonly native?: (surroundings: Surroundings) => Promise<Native>;
  readonly mayLose?: TrialOptions<Stack>["mayLose"];
  readonly scores?: boolean;
  readonly act: (trial: Trial<Stack>, surroundings: Surroundings) => Promise<void>;
}

/** Devices that no earlier run on the same servers had. */
export function freshPlan(id: string, { rate }: RowOptions): LoadPlan {
  return planOf(`${id.toLowerCase()}-${Date.now().toString(36)}`, DEVICES, Date.now(), rate);
}

/** A row on every service as a process of its own, on real servers. */
export function onStack(row: StackRow): Row {
  const { id, fault, guarantee, arrange, mayLose, scores, act } = row;
  return {
    id,
    fault,
    guarantee,
    needs: SERVERS,
    async run(surroundings): Promise<Result> {
      const own = await row.native?.(surroundings);
      const native = own ?? (await surroundings.servers.get());
      const plan = freshPlan(id, surroundings.options);
      const arranged = await arrange?.(surroundings, native);
      try {
        const city = makeCity(join(surroundings.dir, "city"), plan.devices);
        const system = await Stack.start({ native, city, ...arranged?.options });
        try {
          return await Trial.run({
            surroundings,
            plan,
            system,
            ...(mayLose ? { mayLose } : {}),
            ...(scores ? { scores } : {}),
            act: (trial) => act(trial, surroundings),
          });
        } finally {
          await system.killAll();
        }
      } finally {
        await arranged?.close?.();
        await own?.stop();
      }
    },
  };
}
