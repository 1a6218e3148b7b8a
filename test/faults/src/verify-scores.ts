import { setTimeout as sleep } from "node:timers/promises";
import { KotaProcess } from "./kota-process.ts";

export const MINUTE_MS = 60_000;
/** Younger minutes the API does not verify: the scorer may not have settled them. */
const UNSETTLED_MS = 90_000;
/** The scorer looks every ten seconds. */
const SPARE_MS = 20_000;
/** On a busy machine it settles later; what it has not settled is not compared. */
const SETTLED_TIMEOUT_MS = 180_000;
const VERIFY_TIMEOUT_MS = 120_000;

/** That of `since` has readings of before it too. */
export function firstWholeMinute(since: number): number {
  return Math.ceil(since / MINUTE_MS) * MINUTE_MS;
}

/** Waits until the scores up to now are settled, and has `kota verify` work them out again from what is stored. */
export async function verifyScores(api: string, since: number): Promise<string> {
  const from = firstWholeMinute(since);
  const to = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
  await sleep(Math.max(0, to + UNSETTLED_MS + SPARE_MS - Date.now()));
  const range = ["--from", String(from), "--to", String(to)];
  for (const deadline = Date.now() + SETTLED_TIMEOUT_MS; ; await sleep(SPARE_MS)) {
    const command = new KotaProcess(["verify", "--url", api, ...range], {});
    const { code } = await command.exited(VERIFY_TIMEOUT_MS);
    const said = command.lines.slice(-6).join("; ");
    if (code !== 0) throw new Error(`kota verify ended with ${code}: ${said}`);
    if (!/^0 scores/.test(said)) return `kota verify: ${said}`;
    if (Date.now() > deadline) throw new Error(`kota verify had nothing to compare: ${said}`);
  }
}
