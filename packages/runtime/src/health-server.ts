import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { KotaError } from "@kota/model";
import type { Metrics } from "./metrics.ts";
import type { Mounted } from "./mounted.ts";

export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * What every service serves beside its work: `/healthz` (it runs), `/readyz` (503 with the reasons while it is not
 * ready) and `/metrics` (Prometheus).
 * @throws KotaError `port_in_use` when the port is taken.
 */
export async function startHealthServer(options: {
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  readonly notReady: () => readonly string[] | Promise<readonly string[]>;
  /** What the service itself serves beside. */
  readonly mounted?: Mounted | undefined;
}): Promise<HealthServer> {
  const { host, port, metrics, mounted } = options;
  const server = createServer((request, response) => {
    if (mounted && request.url?.startsWith(`${mounted.path}/`)) return mounted.handle(request, response);
    const answer = (status: number, type: string, body: string) => {
      response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
    };
    const json = (status: number, body: unknown) =>
      answer(status, "application/json", `${JSON.stringify(body)}\n`);
    const respond = async () => {
      switch (request.url) {
        case "/healthz":
          return json(200, { status: "ok" });
        case "/readyz": {
          const reasons = await options.notReady();
          return json(reasons.length === 0 ? 200 : 503, { ready: reasons.length === 0, reasons });
        }
        case "/metrics":
          return answer(200, metrics.registry.contentType, await metrics.registry.metrics());
        default:
          return json(404, {
            status: 404,
            title: "Not found",
            detail: "Here are /healthz, /readyz and /metrics.",
          });
      }
    };
    respond().catch((error: unknown) => json(500, { status: 500, title: String(error) }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(listenError(cause, "KOTA_HTTP_PORT", host, port)),
    );
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A clear error for a server that could not listen, naming the variable that moves it. */
export function listenError(
  cause: NodeJS.ErrnoException,
  variable: string,
  host: string,
  port: number,
): KotaError {
  if (cause.code === "EADDRINUSE") {
    return new KotaError(
      "port_in_use",
      `Port ${port} on ${host} is in use. Stop what uses it, or set ${variable} to another port.`,
      {
        cause,
      },
    );
  }
  return new KotaError(
    "config_invalid",
    `Cannot listen on ${host}:${port} (${cause.message}). Check ${variable} and its host.`,
    {
      cause,
    },
  );
}
