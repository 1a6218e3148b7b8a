import { join } from "node:path";
import { type EventLog, openEmbeddedLog, openKafkaLog } from "@kota/event-log";
import type { Config, Logger } from "@kota/runtime";
import { retrying } from "@kota/runtime";
import type { TimeSeriesStore } from "@kota/time-series";

/** Opens the log that the settings name. A Kafka that is not up yet is waited for. */
export function openLog(config: Config, logger: Logger): Promise<EventLog> {
  if (config.eventLog === "embedded") {
    return openEmbeddedLog({
      dir: join(config.dataDir, "log"),
      // Partitions spread work over processes, and here is only one: with more it would cut its batches up and do all else as often.
      partitions: 1,
      onError: (error) => logger.error({ err: error }, "the log"),
    });
  }
  return retrying(
    () =>
      openKafkaLog({
        brokers: config.kafkaBrokers,
        clientId: "kota",
        replication: config.kafkaReplication,
        logger,
      }),
    { onRetry: waiting(logger, `Kafka at ${config.kafkaBrokers.join(", ")}`) },
  );
}

/** Opens the time series that the settings name. An InfluxDB that is not up yet is waited for. */
export async function openStore(config: Config, logger: Logger): Promise<TimeSeriesStore> {
  // Not every process has a time series, and its drivers are the largest thing there is to load.
  const { openDuckDbStore, openInfluxStore } = await import("@kota/time-series");
  if (config.timeSeries === "duckdb") return openDuckDbStore({ dir: join(config.dataDir, "time-series") });
  return retrying(
    () =>
      openInfluxStore({
        url: config.influxUrl,
        org: config.influxOrg,
        bucket: config.influxBucket,
        token: config.influxToken,
      }),
    { onRetry: waiting(logger, `InfluxDB at ${config.influxUrl}`) },
  );
}

function waiting(logger: Logger, what: string) {
  return (error: unknown, attempt: number) => {
    if (attempt === 1 || attempt % 10 === 0) logger.warn({ err: error }, `waiting for ${what}`);
  };
}
