import { type EventLog, openTable, REPORTS, type Table } from "@kota/event-log";
import { type City, KotaError, messageOf, type Report, statesTheSame } from "@kota/model";
import {
  type Poll,
  parsePolls,
  parseReports,
  parseReportsCsv,
  type ReportRules,
  reportRules,
} from "@kota/reports";
import { type Clock, type Logger, type Metrics, pause, retrying } from "@kota/runtime";
import { ReportBook } from "@kota/scoring";
import { askSource } from "./ask-source.ts";
import { createConditionalFetch } from "./conditional-fetch.ts";

/** A value that stays as it is is reported again after so long, so that it does not expire while its source still states it. */
const REPEAT_MS = 6 * 3_600_000;
/** Between two tries at a source that does not answer: at first, and at most. */
const RETRY_MS = { baseMs: 1000, maxMs: 300_000 };

export interface ReportSources {
  /** Reads the city's tables and asks the sources of `polls.yaml`, in the background. */
  start(): void;
  stop(): Promise<void>;
}

/**
 * Reports that nobody sends: those in the city's `reports/` folder, and those that kota asks for.
 *
 * A row of the folder that was taken once is not taken again, so that a correction that came another way stands. A source that
 * fails is tried again and makes nothing unready: its reports grow old, and a score says so.
 * @throws KotaError `city_invalid` for a table or a `polls.yaml` that cannot be used, with its line.
 */
export function createReportSources(deps: {
  readonly log: EventLog;
  readonly city: City;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Shortens the pauses between tries. */
  readonly retry?: { readonly baseMs: number; readonly maxMs: number };
}): ReportSources {
  const { log, city, clock, logger, metrics, retry = RETRY_MS } = deps;
  const isEmpty = city.reportTables === undefined && city.polls === undefined;
  if (isEmpty) return { start() {}, async stop() {} };
  const rules = reportRules(city);
  const ofFolder = (city.reportTables ?? []).flatMap((table) => reportsOf(table, rules, clock()));
  const polls = parsePolls(city.polls ?? "", rules);
  const stopping = new AbortController();
  const { signal } = stopping;
  const book = new ReportBook();
  let table: Table<Report> | undefined;
  let running: Promise<unknown> = Promise.resolve();

  async function run(): Promise<void> {
    table = await steadily("the reports", () =>
      openTable(log, REPORTS, {
        keep: false,
        onValue: (report) => void book.add(report),
        onError: (error) => logger.warn({ err: error }, "following the reports"),
      }),
    );
    const news = ofFolder.filter(
      (report) => !book.revisionsOf(report).some((known) => statesTheSame(known.report, report)),
    );
    await keep(news);
    if (news.length > 0) logger.info({ reports: news.length }, "reports were taken from the city's folder");
    await Promise.all(polls.map(follow));
  }

  async function follow(poll: Poll): Promise<void> {
    const fetching = createConditionalFetch({ timeoutMs: poll.timeout });
    while (!signal.aborted) {
      const begun = clock();
      try {
        const asked = await retrying(
          () => askSource(poll, { areas: city.areas, rules, fetching, now: clock(), signal }),
          {
            signal,
            ...retry,
            onRetry: (error) => {
              metrics.polls.inc({ poll: poll.id, outcome: "failed" });
              logger.warn({ err: error, poll: poll.id }, "a source of reports did not answer; trying again");
            },
          },
        );
        fetching.forgetUnused();
        const parsed = parseReports(asked, rules, { via: "poll", receivedAt: clock() });
        if (!parsed.ok) {
          const [first] = parsed.problems;
          throw new KotaError("source_refused", `${poll.url}: ${first?.path}: ${first?.message}`);
        }
        const news = parsed.reports.filter((report) => !isKnown(report));
        await keep(news);
        metrics.polls.inc({ poll: poll.id, outcome: news.length > 0 ? "reported" : "unchanged" });
        metrics.pollAnswered.set({ poll: poll.id }, clock() / 1000);
      } catch (error) {
        if (signal.aborted) return;
        metrics.polls.inc({ poll: poll.id, outcome: "failed" });
        logger.warn(
          { err: error, poll: poll.id },
          `a source of reports cannot be used: ${messageOf(error)} It is asked again in its time`,
        );
      }
      await pause(Math.max(0, begun + poll.every - clock()), signal);
    }
  }

  /** What this source said of the period already, or says again of one that ends a little later. */
  function isKnown(report: Report): boolean {
    const isOwn = (other: Report) => other.via === "poll" && other.source === report.source;
    const own = book.revisionsOf(report).findLast((known) => isOwn(known.report));
    if (own) return own.report.value === report.value;
    const newest = book.newestAt(report.indicator, report.area, Number.POSITIVE_INFINITY)?.report;
    return (
      newest !== undefined &&
      isOwn(newest) &&
      newest.value === report.value &&
      newest.period.to + REPEAT_MS > report.period.to
    );
  }

  async function keep(reports: readonly Report[]): Promise<void> {
    if (reports.length === 0) return;
    await steadily("the log", () => log.append(REPORTS, reports));
    for (const report of reports) book.add(report);
  }

  const steadily = <T>(what: string, attempt: () => Promise<T>): Promise<T> =>
    retrying(attempt, {
      signal,
      onRetry: (error) => {
        metrics.retries.inc({ service: "ingest" });
        logger.warn({ err: error }, `waiting for ${what}`);
      },
    });

  return {
    start() {
      running = run().catch((error: unknown) => {
        if (!signal.aborted) logger.error({ err: error }, "reports of the folder and of polls are not taken");
      });
    },
    async stop() {
      stopping.abort();
      await running;
      await table?.stop();
    },
  };
}

function reportsOf(
  { name, text }: { readonly name: string; readonly text: string },
  rules: ReportRules,
  receivedAt: number,
): readonly Report[] {
  const table = parseReportsCsv(text);
  if (!table.ok) throw invalid(name, table.problems);
  const { rows } = table;
  const parsed = parseReports(
    rows.map(({ raw }) => raw),
    rules,
    { via: "folder", receivedAt },
  );
  if (parsed.ok) return parsed.reports;
  throw invalid(
    name,
    parsed.problems.map((problem) => ({ ...problem, line: rows[problem.index]?.line ?? 1 })),
  );
}

function invalid(
  name: string,
  problems: readonly { readonly line: number; readonly path: string; readonly message: string }[],
): KotaError {
  const lines = problems.map(
    ({ line, path, message }) => `line ${line}${path === "" ? "" : `, ${path}`}: ${message}`,
  );
  return new KotaError("city_invalid", `${name} cannot be used:\n  ${lines.join("\n  ")}`);
}
