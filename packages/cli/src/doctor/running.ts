import { z } from "zod";
import type { RunningKota } from "../running-kota.ts";
import { type Finding, ok, warn } from "./finding.ts";

/** What is asked of `/v1/status`. */
const Status = z.object({
  version: z.string(),
  ready: z.boolean(),
  reasons: z.array(z.string()),
  readingsPerMinute: z.number(),
  ledger: z.object({ difference: z.number() }).nullable(),
  lag: z.array(z.object({ topic: z.string(), group: z.string(), lag: z.number() })),
});

/** So many records hold some hundred thousand values: minutes of work. */
const LONG_LAG = 1000;

/** A kota that runs, in its own words. */
export async function runningFindings(kota: RunningKota, scorerGroup: string): Promise<Finding[]> {
  const answer = await kota.get("/v1/status", {});
  return statusFindings(kota.url, Status.parse(await answer.json()), scorerGroup);
}

export function statusFindings(
  url: string,
  { version, ready, reasons, readingsPerMinute, ledger, lag }: z.infer<typeof Status>,
  scorerGroup: string,
): Finding[] {
  const findings = [ok("running kota", `${version} at ${url}, ${readingsPerMinute} readings a minute`)];
  if (!ready)
    findings.push(warn("not ready", reasons.join(" "), "See the log of the service that it is about."));
  // The scorer commits up to the oldest hour that it holds open, so that it is always behind by hours.
  const behind = lag.filter(({ group, lag: records }) => group !== scorerGroup && records > LONG_LAG);
  if (behind.length > 0) {
    findings.push(
      warn(
        "behind",
        behind
          .map(({ group, topic, lag: records }) => `${group} has ${records} records of ${topic} to read`)
          .join("; "),
        "If it does not shrink, start another process of that service, and see what it waits for.",
      ),
    );
  }
  if (ledger !== null && ledger.difference > 0) {
    findings.push(
      warn(
        "ledger",
        `${ledger.difference} readings are committed and not stored`,
        "kota ledger --differences says of which devices and hours; a replay of the log's messages stores them.",
      ),
    );
  }
  return findings;
}
