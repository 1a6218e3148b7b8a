// The load generator, as a process of its own: what it costs is not on the account of anything that is measured.

import type { FromLoad, ToLoad } from "./load.ts";
import { LoadConnection } from "./load-connection.ts";
import { type LoadPlan, preparePackets } from "./load-plan.ts";

const PROGRESS_MS = 1000;

function say(message: FromLoad): void {
  process.send?.(message);
}

async function prepare(plan: LoadPlan): Promise<void> {
  const connections = await Promise.all(
    Array.from({ length: plan.connections }, (_, n) => LoadConnection.open(plan, n, preparePackets(plan, n))),
  );
  process.on("message", (message: ToLoad) => {
    if (message.kind === "go") send(connections).catch(fail);
  });
  say({ kind: "ready" });
}

async function send(connections: readonly LoadConnection[]): Promise<void> {
  const acknowledged = () => connections.reduce((sum, connection) => sum + connection.acknowledged, 0);
  const timer = setInterval(() => say({ kind: "progress", acknowledged: acknowledged() }), PROGRESS_MS);
  const before = process.cpuUsage();
  const begun = performance.now();
  await Promise.all(connections.map((connection) => connection.run()));
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(before);
  clearInterval(timer);
  for (const connection of connections) connection.close();
  say({ kind: "done", result: { seconds, cpuSeconds: (user + system) / 1e6 } });
  process.disconnect();
}

function fail(error: unknown): void {
  console.error(`load generator: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

process.once("message", (message: ToLoad) => {
  if (message.kind === "prepare") prepare(message.plan).catch(fail);
});
