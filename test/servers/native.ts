import { nativeAvailable, SERVERS, startNative } from "../../infra/native/servers.mjs";
import type { Servers } from "./servers.ts";

/** Servers of this run's own from infra/native: those that are installed. */
export async function startNativeServers(): Promise<Servers> {
  const installed = SERVERS.filter((server) => nativeAvailable(server));
  const native = await startNative({ servers: installed });
  const has = (server: (typeof SERVERS)[number]) => installed.includes(server);
  return {
    mosquittoUrl: has("mosquitto") ? native.mosquitto.url : null,
    kafkaBrokers: has("kafka") ? native.kafka.brokers : null,
    influxdb: has("influxdb")
      ? {
          url: native.influxdb.url,
          org: native.influxdb.org,
          bucket: native.influxdb.bucket,
          token: native.influxdb.token,
        }
      : null,
    stop: () => native.stop(),
  };
}
