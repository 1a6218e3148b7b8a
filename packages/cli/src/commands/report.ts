import { readFileSync } from "node:fs";
import { REPORTS, readTopic, TOPICS } from "@kota/event-log";
import { KotaError, messageOf, type Report } from "@kota/model";
import { parseReports, parseReportsCsv, type ReportRules, reportRules } from "@kota/reports";
import { type Config, createLogger, loadCity } from "@kota/runtime";
import { ReportBook } from "@kota/scoring";
import { adminApi } from "../admin-api.ts";
import { openLog } from "../open.ts";
import { apiUrl, findRunningKota } from "../running-kota.ts";
import { settings } from "../settings.ts";

export interface ReportOptions {
  readonly dryRun?: boolean;
  readonly url?: string;
}

/** Of one request. */
const AT_ONCE = 200;
/** Problems beyond these are only counted. */
const SHOWN_PROBLEMS = 50;

/** What became of the reports that were handed in. */
interface Outcome {
  readonly new: number;
  readonly corrected: number;
  readonly unchanged: number;
}

/**
 * `kota report`: tables of reports, to the kota that runs, else straight to the log. Every file is checked before any of them is
 * handed in. One JSON line on standard output says what became of the rows.
 */
export async function report(files: readonly string[], options: ReportOptions): Promise<void> {
  const config = settings();
  const rules = reportRules(loadCity(config.city));
  const tables = files.map((file) => readTable(file, rules));
  const problems = tables.flatMap((table) => table.problems);
  for (const problem of problems.slice(0, SHOWN_PROBLEMS)) console.error(problem);
  if (problems.length > SHOWN_PROBLEMS) console.error(`… and ${problems.length - SHOWN_PROBLEMS} more`);
  const rows = tables.flatMap((table) => table.rows);
  if (problems.length > 0) {
    console.log(
      JSON.stringify({ dryRun: true, files: files.length, rows: rows.length, problems: problems.length }),
    );
    throw new KotaError("bad_request", "Nothing was handed in: put the lines above right first.");
  }
  const desk = await openDesk(config, options, rules);
  const total = { new: 0, corrected: 0, unchanged: 0 };
  try {
    for (let done = 0; done < rows.length; done += AT_ONCE) {
      const outcome = await desk.handIn(rows.slice(done, done + AT_ONCE));
      total.new += outcome.new;
      total.corrected += outcome.corrected;
      total.unchanged += outcome.unchanged;
      if (process.stderr.isTTY)
        process.stderr.write(`\r${Math.min(done + AT_ONCE, rows.length)} of ${rows.length} reports`);
    }
  } finally {
    if (process.stderr.isTTY) process.stderr.write("\n");
    await desk.close();
  }
  console.log(
    JSON.stringify({
      dryRun: options.dryRun === true,
      files: files.length,
      rows: rows.length,
      ...total,
      to: desk.to,
    }),
  );
}

type Row = Readonly<Record<string, unknown>>;

function readTable(
  file: string,
  rules: ReportRules,
): { readonly rows: readonly Row[]; readonly problems: string[] } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new KotaError("bad_request", `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
  const table = parseReportsCsv(text);
  if (!table.ok)
    return { rows: [], problems: table.problems.map(({ line, message }) => `${file}:${line}: ${message}`) };
  const rows = table.rows.map(({ raw }) => raw);
  const parsed = parseReports(rows, rules, { via: "csv", receivedAt: Date.now() });
  if (parsed.ok) return { rows, problems: [] };
  const problems = parsed.problems.map(
    ({ index, path, message }) =>
      `${file}:${table.rows[index]?.line}: ${path === "" ? "" : `${path}: `}${message}`,
  );
  return { rows, problems };
}

/** Where reports are handed in. */
interface Desk {
  /** For a person: an address, or the log. */
  readonly to: string;
  handIn(rows: readonly Row[]): Promise<Outcome>;
  close(): Promise<void>;
}

async function openDesk(
  config: Config,
  { dryRun = false, url }: ReportOptions,
  rules: ReportRules,
): Promise<Desk> {
  const address = url?.replace(/\/$/, "") ?? apiUrl(config);
  if (await findRunningKota(address)) {
    const api = adminApi(config, address);
    return {
      to: address,
      handIn: (rows) => api.send<Outcome>("POST", `/v1/reports?dryRun=${dryRun}`, rows),
      close: async () => {},
    };
  }
  if (url !== undefined || config.apiUrl !== null) {
    throw new KotaError(
      "store_unavailable",
      `No kota answers at ${address}. Start it, or leave the address out to write to the log directly.`,
    );
  }
  return logDesk(config, dryRun, rules);
}

async function logDesk(config: Config, dryRun: boolean, rules: ReportRules): Promise<Desk> {
  const log = await openLog(config, createLogger({ level: "warn", format: "pretty" }));
  await log.ensureTopics(TOPICS);
  const book = new ReportBook();
  await readTopic(log, REPORTS, (values) => {
    for (const each of values) book.add(each);
  });
  return {
    to: config.eventLog === "embedded" ? `the log in ${config.dataDir}` : "the log in Kafka",
    async handIn(rows) {
      const parsed = parseReports(rows, rules, { via: "csv", receivedAt: Date.now() });
      if (!parsed.ok) throw new KotaError("bad_request", parsed.problems[0]?.message ?? "no report");
      const news = parsed.reports.filter((each) => book.isNews(each));
      const isFirst = (each: Report) => book.revisionsOf(each).length === 0;
      const fresh = news.filter(isFirst).length;
      if (!dryRun && news.length > 0) await log.append(REPORTS, news);
      for (const each of news) book.add(each);
      return { new: fresh, corrected: news.length - fresh, unchanged: rows.length - news.length };
    },
    close: () => log.close(),
  };
}
