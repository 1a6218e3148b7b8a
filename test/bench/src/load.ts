import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { LoadPlan } from "./load-plan.ts";

export interface LoadResult {
  /** From the first packet until the last acknowledgement. */
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export type ToLoad = { readonly kind: "prepare"; readonly plan: LoadPlan } | { readonly kind: "go" };
export type FromLoad =
  | { readonly kind: "ready" }
  | { readonly kind: "progress"; readonly acknowledged: number }
  | { readonly kind: "done"; readonly result: LoadResult };

/** A load that is connected and has its packets ready. */
export interface ReadyLoad {
  go(onProgress?: (acknowledged: number) => void): Promise<LoadResult>;
}

export async function prepareLoad(plan: LoadPlan): Promise<ReadyLoad> {
  const child = fork(fileURLToPath(new URL("load-process.js", import.meta.url)), {
    serialization: "advanced",
  });
  const killed = () => child.kill("SIGKILL");
  process.once("exit", killed);
  child.once("exit", () => process.off("exit", killed));
  const ended = once(child, "exit").then(([code]: (number | null)[]): never => {
    throw new Error(`the load generator ended with ${code} before it was done`);
  });
  ended.catch(() => {});
  const said = <K extends FromLoad["kind"]>(kind: K): Promise<Extract<FromLoad, { kind: K }>> =>
    Promise.race([
      ended,
      new Promise<Extract<FromLoad, { kind: K }>>((resolve) => {
        child.on("message", (message: FromLoad) => {
          if (message.kind === kind) resolve(message as Extract<FromLoad, { kind: K }>);
        });
      }),
    ]);
  const tell = (message: ToLoad) => child.send(message);

  const ready = said("ready");
  tell({ kind: "prepare", plan });
  await ready;
  return {
    async go(onProgress) {
      child.on("message", (message: FromLoad) => {
        if (message.kind === "progress") onProgress?.(message.acknowledged);
      });
      const done = said("done");
      tell({ kind: "go" });
      return (await done).result;
    },
  };
}
