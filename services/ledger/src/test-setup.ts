import { type Consumer, type EventLog, GROUPS, LEDGER, READINGS, readTopic } from "@kota/event-log";
import { type Balance, Book, balanceOf, sumOf } from "@kota/ledger";
import type { Reading, Rejection } from "@kota/model";
import { createLogger, createMetrics, type Service, systemClock } from "@kota/runtime";
import type { TimeSeriesStore } from "@kota/time-series";
import { createLedger, type LedgerDependencies } from "./ledger.ts";

/** Some hours ago, so that its hour is over. */
export const START: number = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 5 * 3_600_000;

export function reading(device: string, time: number, value = 1): Reading {
  return { device, time, values: { pm10: value }, adapter: "test@1", receivedAt: time + 500 };
}

export function rejection(id: string, device: string | null, time: number): Rejection {
  return {
    id,
    time,
    stage: "normalize",
    code: "not_json",
    reason: "It is not JSON.",
    topic: "a/b",
    source: "mqtt",
    payload: "",
    size: 0,
    adapter: null,
    device,
  };
}

/** Does what the stage that stores does, but for readings that `lose` names: those it forgets. */
export function storeStage(
  log: EventLog,
  store: TimeSeriesStore,
  lose: (reading: Reading) => boolean = () => false,
): Promise<Consumer> {
  return log.consume(READINGS, {
    group: GROUPS.storeReadings,
    onBatch: async ({ values }) => {
      await store.writeReadings(values.filter((one) => !lose(one)));
    },
  });
}

export function ledgerOn(
  log: EventLog,
  store: TimeSeriesStore,
  over: Partial<LedgerDependencies> = {},
): { readonly service: Service; readonly metrics: ReturnType<typeof createMetrics> } {
  const metrics = createMetrics();
  const service = createLedger({
    log,
    store,
    clock: systemClock,
    logger: createLogger({ level: "silent", format: "json" }),
    metrics,
    intervalMs: 50,
    graceMs: 0,
    showMs: 0,
    ...over,
  });
  return { service, metrics };
}

/** What the log says of the ledger: the last word on every device and hour. */
export async function handedOn(log: EventLog): Promise<{ readonly book: Book; readonly total: Balance }> {
  const book = new Book(1_000_000);
  await readTopic(log, LEDGER, (values) => {
    for (const record of values) book.set(record);
  });
  return { book, total: sumOf([...book.records()].map(balanceOf)) };
}
