import type { InfluxFacts } from "@kota/time-series";
import { type Finding, ok, warn } from "./finding.ts";

const DAY_MS = 86_400_000;
/** What the scores of a day, of verify and of corrections need at least. */
const LEAST_RETENTION_MS = 30 * DAY_MS;
const CLOCK_MS = 5000;

export function influxFindings({ version, retentionMs, clockAheadMs }: InfluxFacts): Finding[] {
  const kept =
    retentionMs === undefined
      ? "retention not told to this token"
      : retentionMs === null
        ? "points are kept for ever"
        : `points are kept ${Math.round(retentionMs / DAY_MS)} days`;
  const findings = [ok("InfluxDB", `${version ?? "answers"}; ${kept}`)];
  if (typeof retentionMs === "number" && retentionMs < LEAST_RETENTION_MS) {
    findings.push(
      warn(
        "retention",
        `the bucket keeps ${(retentionMs / DAY_MS).toFixed(1)} days; readings that are older when they come are refused`,
        "influx bucket update --retention 0 keeps them for ever.",
      ),
    );
  }
  if (clockAheadMs !== null && Math.abs(clockAheadMs) > CLOCK_MS) {
    const seconds = Math.round(Math.abs(clockAheadMs) / 1000);
    findings.push(
      warn(
        "clocks",
        `InfluxDB's clock is ${seconds} s ${clockAheadMs > 0 ? "ahead of" : "behind"} this machine's`,
        "Let NTP set both.",
      ),
    );
  }
  return findings;
}
