export { type PlainReport, parseReport, parseReports, type ReportProblem } from "./parse-report.ts";
export { type JsonPoll, type Open311Poll, type Poll, parsePolls } from "./polls.ts";
export { type ReportRules, reportRules, usableReportRules } from "./report-rules.ts";
export { parseReportsCsv, REPORT_COLUMNS } from "./reports-csv.ts";
