import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort, type Native } from "../../../infra/native/servers.mjs";
import { KAFKA_SH } from "./kafka-admin.ts";

const run = promisify(execFile);
const START_TIMEOUT_MS = 60_000;

/** One more broker of the cluster, so that a topic can have two replicas and lose one. */
export class SecondBroker {
  readonly #properties: string;
  readonly #native: Native;
  #child: ChildProcess | undefined;

  private constructor(native: Native, properties: string) {
    this.#native = native;
    this.#properties = properties;
  }

  static async start(native: Native): Promise<SecondBroker> {
    const dir = join(native.dir, "kafka-2");
    mkdirSync(dir, { recursive: true });
    const first = readFileSync(join(native.dir, "kafka", "server.properties"), "utf8");
    const [, clusterId = ""] =
      /cluster\.id=(.*)/.exec(readFileSync(join(native.dir, "kafka", "data", "meta.properties"), "utf8")) ??
      [];
    const port = await freePort();
    const own = [
      "process.roles=broker",
      "node.id=2",
      `listeners=PLAINTEXT://127.0.0.1:${port}`,
      `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
      `log.dirs=${dir}/data`,
    ];
    const properties = join(dir, "server.properties");
    writeFileSync(properties, `${first}\n${own.join("\n")}\n`);
    await run(KAFKA_SH, ["storage", "format", "--config", properties, "--cluster-id", clusterId]);
    const broker = new SecondBroker(native, properties);
    await broker.launch();
    return broker;
  }

  async launch(): Promise<void> {
    const child = spawn(KAFKA_SH, ["server", this.#properties], { stdio: "ignore" });
    process.once("exit", () => child.kill("SIGKILL"));
    this.#child = child;
    for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await sleep(300)) {
      if (child.exitCode !== null) throw new Error(`the second broker ended with ${child.exitCode}`);
      const listed = await run("kcat", ["-b", this.#native.kafka.brokers.join(","), "-L", "-m", "5"]).catch(
        () => undefined,
      );
      if (listed?.stdout.includes("broker 2 at")) return;
    }
    throw new Error("the second broker was not let in within a minute");
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
}
