import { existsSync } from "node:fs";
import { join } from "node:path";
import { REPORTS, readTopic } from "@kota/event-log";
import type { Report } from "@kota/model";
import { type Config, createLogger } from "@kota/runtime";
import { ReportBook, type StoredReadings } from "@kota/scoring";
import { openLog } from "./open.ts";
import { isRunningKota, type RunningKota } from "./running-kota.ts";

/** Every report that was received: of the kota that the readings are of, or of the log of the settings. */
export async function pastReports(config: Config, readings: StoredReadings): Promise<ReportBook> {
  return isRunningKota(readings) ? fromApi(readings) : fromLog(config);
}

async function fromApi(kota: RunningKota): Promise<ReportBook> {
  const book = new ReportBook();
  let cursor: string | undefined;
  do {
    const response = await kota.get("/v1/reports", { revisions: "all", limit: 10_000, cursor });
    const page = (await response.json()) as {
      readonly reports: readonly ReportLine[];
      readonly nextCursor: string | null;
    };
    for (const line of page.reports) book.add(reportOf(line));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return book;
}

/** A report as the API writes it: times as text. */
type ReportLine = Omit<Report, "period" | "receivedAt"> & {
  readonly period: { readonly from: string; readonly to: string; readonly label: string };
  readonly receivedAt: string;
  readonly revision: number;
  readonly supersededAt: string | null;
};

function reportOf({ revision: _, supersededAt: __, period, receivedAt, ...rest }: ReportLine): Report {
  return {
    ...rest,
    period: { from: Date.parse(period.from), to: Date.parse(period.to), label: period.label },
    receivedAt: Date.parse(receivedAt),
  };
}

async function fromLog(config: Config): Promise<ReportBook> {
  const book = new ReportBook();
  if (config.eventLog === "embedded" && !existsSync(join(config.dataDir, "log"))) return book;
  const log = await openLog(config, createLogger({ level: "warn", format: "pretty" }));
  try {
    await log.ensureTopics([REPORTS]);
    await readTopic(log, REPORTS, (values) => {
      for (const report of values) book.add(report);
    });
  } finally {
    await log.close();
  }
  return book;
}
