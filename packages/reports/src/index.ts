export { type PlainReport, parseReport, parseReports, type ReportProblem } from "./parse-report.ts";
export { type Open311Poll, type JsonPoll, type Poll, parsePolls } from "./polls.ts";
export { parseReportsCsv, REPORT_COLUMNS } from "./reports-csv.ts";
export { type ReportRules, reportRules } from "./report-rules.ts";
