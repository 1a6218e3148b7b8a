import type { Config } from "@kota/runtime";
import { type Finding, ok, warn } from "./finding.ts";

/** The values that the development set of servers comes with: everybody knows them. */
const PUBLIC_TOKENS = new Set(["kota-dev-token"]);

/** Who can reach what, by the settings alone. */
export function exposureFindings(
  config: Pick<Config, "httpHost" | "mqttHost" | "mqttUrl" | "influxToken" | "influxUrl" | "timeSeries">,
): Finding[] {
  const findings: Finding[] = [];
  const usesInflux = config.timeSeries === "influxdb";
  if (config.mqttUrl === null && !isLoopback(config.mqttHost)) {
    findings.push(
      warn(
        "embedded broker",
        `listens on ${config.mqttHost}, and whoever reaches it may publish and read`,
        "Keep it on 127.0.0.1, or set KOTA_MQTT_URL to a broker with logins and TLS.",
      ),
    );
  }
  if (!isLoopback(config.httpHost)) {
    findings.push(
      warn(
        "page and API",
        `listen on ${config.httpHost} without TLS; reading needs no login`,
        "Put a proxy with TLS and a login before them, unless the network is closed.",
      ),
    );
  }
  if (
    usesInflux &&
    PUBLIC_TOKENS.has(config.influxToken) &&
    !isLoopback(new URL(config.influxUrl).hostname)
  ) {
    findings.push(
      warn(
        "InfluxDB token",
        "is the one of the development set",
        "Make one of your own: influx auth create.",
      ),
    );
  }
  return findings.length > 0 ? findings : [ok("reachable", "from this machine alone, or behind a broker")];
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || host.startsWith("127.");
}
