import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Native } from "../../../infra/native/servers.mjs";

export const KAFKA_SH = fileURLToPath(new URL("../../../infra/native/kafka.sh", import.meta.url));
const run = promisify(execFile);

/** Kafka's own tools, as an operator of the cluster would use them behind kota's back. */
async function kafkaTool(native: Native, tool: string, ...args: readonly string[]): Promise<string> {
  const server = ["--bootstrap-server", native.kafka.brokers.join(",")];
  const { stdout } = await run(KAFKA_SH, [tool, ...server, ...args], { timeout: 60_000 });
  return stdout;
}

/** Sets a setting of a topic. Returns how to take it back. */
export async function setOfTopic(
  native: Native,
  topic: string,
  name: string,
  value: string,
): Promise<() => Promise<void>> {
  const entity = ["--alter", "--entity-type", "topics", "--entity-name", topic];
  const before = /(\d+)/.exec(
    (await kafkaTool(native, "configs", "--describe", "--entity-type", "topics", "--entity-name", topic))
      .split("\n")
      .find((line) => line.trim().startsWith(`${name}=`))
      ?.split("=")[1] ?? "",
  )?.[1];
  await kafkaTool(native, "configs", ...entity, "--add-config", `${name}=${value}`);
  return async () => {
    const undo = before === undefined ? ["--delete-config", name] : ["--add-config", `${name}=${before}`];
    await kafkaTool(native, "configs", ...entity, ...undo);
  };
}

export async function deleteTopic(native: Native, topic: string): Promise<void> {
  await kafkaTool(native, "topics", "--delete", "--topic", topic);
}

export async function makeTopic(native: Native, topic: string, partitions: number): Promise<void> {
  await kafkaTool(native, "topics", "--create", "--topic", topic, "--partitions", String(partitions));
}

/** Nobody may write to the topic any more. Returns how to take it back. For a Kafka with an authorizer. */
export async function denyWrites(native: Native, topic: string): Promise<() => Promise<void>> {
  const rule = ["--deny-principal", "User:*", "--operation", "Write", "--topic", topic];
  await kafkaTool(native, "acls", "--add", ...rule);
  return async () => {
    await kafkaTool(native, "acls", "--remove", "--force", ...rule);
  };
}
