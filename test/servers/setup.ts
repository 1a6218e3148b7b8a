import type { TestProject } from "vitest/node";
import { dockerAnswers, startContainers } from "./containers.ts";
import { startNativeServers } from "./native.ts";

/**
 * Real servers for `*.real.test.ts`, started once for a run: from Docker where an engine answers, else from
 * infra/native. Tests of a server that is not to be had are reported as skipped, by name; KOTA_TEST_SERVERS=required
 * makes that a failure.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = dockerAnswers() ? await startContainers() : await startNativeServers();
  const missing = (["mosquittoUrl", "kafkaBrokers", "influxdb"] as const).filter(
    (name) => servers[name] === null,
  );
  if (missing.length > 0 && process.env.KOTA_TEST_SERVERS === "required") {
    await servers.stop();
    throw new Error(
      `KOTA_TEST_SERVERS=required, but these are not to be had: ${missing.join(", ")}. Run infra/native/install.sh`,
    );
  }
  project.provide("mosquittoUrl", servers.mosquittoUrl);
  project.provide("kafkaBrokers", servers.kafkaBrokers);
  project.provide("influxdb", servers.influxdb);
  return () => servers.stop();
}
