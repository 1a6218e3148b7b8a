import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export { Counter, Gauge, Histogram, Registry } from "prom-client";

/**
 * The Prometheus metrics of one process. Names are `kota_<what>_<unit>_total` or `kota_<what>_<unit>`; every label
 * takes its values from a bounded set.
 */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    messagesReceived: new Counter({
      name: "kota_messages_received_total",
      help: "Messages taken in.",
      labelNames: ["source"],
      registers,
    }),
    messagesAcknowledged: new Counter({
      name: "kota_messages_acknowledged_total",
      help: "QoS 1 messages acknowledged to the sender after the log had them.",
      registers,
    }),
    messagesInFlight: new Gauge({
      name: "kota_messages_in_flight",
      help: "Messages received and not yet durable in the log.",
      registers,
    }),
    messagesNormalized: new Counter({
      name: "kota_messages_normalized_total",
      help: "Messages that an adapter turned into readings.",
      labelNames: ["adapter"],
      registers,
    }),
    cityAdapters: new Gauge({
      name: "kota_city_adapters",
      help: "Mappings, adapters and codecs in the city's folder, by state.",
      labelNames: ["state"],
      registers,
    }),
    codecFailures: new Counter({
      name: "kota_codec_failures_total",
      help: "Uplinks that a codec could not read, by codec and reason.",
      labelNames: ["codec", "code"],
      registers,
    }),
    codecSuspended: new Gauge({
      name: "kota_codec_suspended",
      help: "1 while a codec is suspended because it used more than it may several times in a row.",
      labelNames: ["codec"],
      registers,
    }),
    adapterSuspended: new Gauge({
      name: "kota_adapter_suspended",
      help: "1 while an adapter of the city is suspended because it did not come to an end several times.",
      labelNames: ["adapter"],
      registers,
    }),
    readings: new Counter({ name: "kota_readings_total", help: "Readings made from messages.", registers }),
    rejections: new Counter({
      name: "kota_rejections_total",
      help: "Messages that did not become readings, by reason.",
      labelNames: ["stage", "code"],
      registers,
    }),
    readingsStored: new Counter({
      name: "kota_readings_stored_total",
      help: "Readings written to the time series, repeats included.",
      registers,
    }),
    polls: new Counter({
      name: "kota_polls_total",
      help: "Times a source of reports was asked, by how that went: reported, unchanged, or failed.",
      labelNames: ["poll", "outcome"],
      registers,
    }),
    pollAnswered: new Gauge({
      name: "kota_poll_answered_timestamp_seconds",
      help: "When a source of reports last gave an answer that could be used, Unix seconds.",
      labelNames: ["poll"],
      registers,
    }),
    scoresPublished: new Counter({
      name: "kota_scores_published_total",
      help: "Scores published.",
      registers,
    }),
    readingToScoreSeconds: new Histogram({
      name: "kota_reading_to_score_seconds",
      help: "From the receipt of a message to the publication of the scores that its readings changed.",
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
      registers,
    }),
    retries: new Counter({
      name: "kota_retries_total",
      help: "Operations tried again after a failure, by service.",
      labelNames: ["service"],
      registers,
    }),
    logLag: new Gauge({
      name: "kota_log_lag_records",
      help: "Records in the log that a group has not committed.",
      labelNames: ["topic", "group"],
      registers,
    }),
    ledgerDifference: new Gauge({
      name: "kota_ledger_difference",
      help: "Readings that came and are neither stored nor rejected nor on their way, in the hours that the ledger holds. 0 when all is well.",
      registers,
    }),
    ledgerPending: new Gauge({
      name: "kota_ledger_pending",
      help: "Readings that came and are not yet known to be stored.",
      registers,
    }),
    streamClients: new Gauge({ name: "kota_stream_clients", help: "Open live streams.", registers }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
