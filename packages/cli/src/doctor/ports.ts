import { createServer } from "node:net";
import type { Config } from "@kota/runtime";
import { type Finding, fail, ok } from "./finding.ts";

/** Whether the ports that `kota start` would listen on are free. Ask only when no kota runs there. */
export async function portFindings(
  config: Pick<Config, "httpHost" | "httpPort" | "mqttHost" | "mqttPort" | "mqttUrl">,
): Promise<Finding[]> {
  const wanted = [
    { name: "KOTA_HTTP_PORT", host: config.httpHost, port: config.httpPort },
    ...(config.mqttUrl === null
      ? [{ name: "KOTA_MQTT_PORT", host: config.mqttHost, port: config.mqttPort }]
      : []),
  ];
  return Promise.all(
    wanted.map(async ({ name, host, port }) => {
      const problem = await listenProblem(host, port);
      return problem === null
        ? ok("port", `${port} is free (${name})`)
        : fail(
            "port",
            `${host}:${port} cannot be listened on: ${problem}`,
            `Stop what has it, or set ${name} to another port.`,
          );
    }),
  );
}

function listenProblem(host: string, port: number): Promise<string | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
