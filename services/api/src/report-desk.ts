import { type EventLog, REPORTS } from "@kota/event-log";
import type { City, Report } from "@kota/model";
import { type ReportRules, reportRules } from "@kota/reports";
import type { Logger } from "@kota/runtime";
import { ReportBook } from "@kota/scoring";
import { type HeldTopic, holdTopic } from "./held-topic.ts";

/** What became of a report that was handed in. */
type Outcome = "new" | "corrected" | "unchanged";

/** The reports of the city, and where new ones are handed in. */
export interface ReportDesk extends HeldTopic {
  readonly book: ReportBook;
  /** What a report has to agree with. @throws KotaError `score_model_invalid` */
  rules(): ReportRules;
  /** What would become of each. */
  outcomes(reports: readonly Report[]): readonly Outcome[];
  /** Resolves when all that is news is durable. */
  take(reports: readonly Report[]): Promise<readonly Outcome[]>;
}

export function createReportDesk(deps: {
  readonly log: EventLog;
  readonly city: City;
  readonly logger: Logger;
}): ReportDesk {
  const { log, city, logger } = deps;
  const book = new ReportBook();
  let known: ReportRules | undefined;
  let taking: Promise<unknown> = Promise.resolve();

  const outcomes = (reports: readonly Report[]): readonly Outcome[] =>
    reports.map((report) =>
      !book.isNews(report) ? "unchanged" : book.revisionsOf(report).length === 0 ? "new" : "corrected",
    );

  async function take(reports: readonly Report[]): Promise<readonly Outcome[]> {
    const became = outcomes(reports);
    const news = reports.filter((_report, index) => became[index] !== "unchanged");
    if (news.length > 0) {
      await log.append(REPORTS, news);
      for (const report of news) book.add(report);
      logger.info({ reports: news.length }, "reports were handed in");
    }
    return became;
  }

  return {
    ...holdTopic({
      log,
      topic: REPORTS,
      what: "The reports",
      onValue: (report) => void book.add(report),
      logger,
    }),
    book,
    rules() {
      known ??= reportRules(city);
      return known;
    },
    outcomes,
    take(reports) {
      const taken = taking.then(() => take(reports));
      taking = taken.catch(() => {});
      return taken;
    },
  };
}
