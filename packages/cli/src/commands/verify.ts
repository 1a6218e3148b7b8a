import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { REPORTS, ROLL_UPS, readTopic, SCORES } from "@kota/event-log";
import { KotaError, type RollUp } from "@kota/model";
import { createLogger, loadCity } from "@kota/runtime";
import { MINUTE_MS, minuteOf, parseScoreModel, ReportBook, type VerifyEvent, verify } from "@kota/scoring";
import { openLog, openStore } from "../open.ts";
import { registeredDevices } from "../past-devices.ts";
import { requireStoredData } from "../past-readings.ts";
import { pointInTime } from "../point-in-time.ts";
import { apiUrl, findRunningKota, type RunningKota, requireRunningKota } from "../running-kota.ts";
import { settings } from "../settings.ts";

export interface VerifyCommandOptions {
  readonly from?: string;
  readonly to?: string;
  readonly step?: string;
  readonly url?: string;
  readonly json?: boolean;
}

/** What was published is not what the stored readings give. */
const DIFFERENT = 5;
const DAY_MS = 86_400_000;
/** Differences that are listed for a person; JSON has all. */
const MOST_LISTED = 50;

/** An event as the API writes it: times as text. */
type EventLine = { readonly kind: string } & Record<string, unknown>;

/**
 * `kota verify`: recomputes published scores and closed hours from the stored readings. A kota that runs does it itself,
 * as it has its embedded data open; with none, this process opens the data.
 */
export async function verifyScores(options: VerifyCommandOptions): Promise<void> {
  const running = options.url
    ? await requireRunningKota(options.url.replace(/\/$/, ""))
    : await findRunningKota(apiUrl(settings()));
  const from = options.from === undefined ? undefined : pointInTime("from", options.from);
  const to = options.to === undefined ? undefined : pointInTime("to", options.to);
  const events = running
    ? remoteEvents(running, from, to, options.step)
    : localEvents(from, to, options.step);
  let differences = 0;
  let done: EventLine | undefined;
  for await (const event of events) {
    if (options.json) console.log(JSON.stringify(event));
    if (event.kind === "failed") throw new KotaError("internal", `The verification failed: ${event.detail}`);
    if (event.kind === "done") done = event;
    else if (event.kind === "progress") {
      if (process.stderr.isTTY) process.stderr.write(`\rchecked up to ${event.through}`);
    } else if (++differences <= MOST_LISTED && !options.json) console.log(differenceText(event));
  }
  if (process.stderr.isTTY) process.stderr.write("\n");
  if (done === undefined) throw new KotaError("internal", "The verification was cut short.");
  if (!options.json) {
    if (differences > MOST_LISTED) console.log(`… and ${differences - MOST_LISTED} more (--json lists all)`);
    const checked = `${done.scores} scores of ${done.minutes} minutes and ${done.rollUps} closed hours`;
    console.log(`${checked}: ${outcome(done, differences)}`);
    if (differences > 0)
      console.log("What came late is corrected within minutes; a difference that stays is a fault of kota.");
  }
  if (differences > 0) process.exitCode = DIFFERENT;
}

function outcome({ scores, rollUps }: EventLine, differences: number): string {
  if (differences > 0) return `${differences} numbers differ from what the stored readings give`;
  if (scores === 0 && rollUps === 0)
    return "nothing to compare. Nothing was published in this time, or it is not settled yet: that takes a minute and a half";
  return "equal to the last digit";
}

/** A difference in a line. */
export function differenceText(event: EventLine): string {
  if (event.kind === "roll-up") {
    const { device, metric, hour, field, published, recomputed } = event;
    return `${hour}  ${device} ${metric}: ${field} of the hour was published as ${published}, the readings give ${recomputed}`;
  }
  const { area, dimension, aspect, indicator, minute } = event;
  const place = [area, dimension, aspect, indicator].filter((level) => level !== null).join("/");
  const published = event.published as Record<string, unknown>;
  const recomputed = event.recomputed as Record<string, unknown>;
  const changes = Object.keys(published)
    .filter((name) => published[name] !== recomputed[name])
    .map((name) => `${name} ${published[name]}, the readings give ${recomputed[name]}`);
  return `${minute}  ${place}: published ${changes.join("; ")}`;
}

async function* remoteEvents(
  kota: RunningKota,
  from: number | undefined,
  to: number | undefined,
  step: string | undefined,
): AsyncGenerator<EventLine> {
  const { body } = await kota.get("/v1/scores/verify", { from, to, step });
  if (body === null) return;
  const lines = createInterface({
    input: Readable.fromWeb(body as never),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) if (line !== "") yield JSON.parse(line) as EventLine;
}

async function* localEvents(
  from: number | undefined,
  to: number | undefined,
  step: string | undefined,
): AsyncGenerator<EventLine> {
  const config = settings();
  requireStoredData(config);
  const city = loadCity(config.city);
  const logger = createLogger({ level: "warn", format: "pretty" });
  const log = await openLog(config, logger);
  try {
    const store = await openStore(config, logger);
    try {
      const rollUps = new Map<string, RollUp>();
      await readTopic(log, ROLL_UPS, (values) => {
        for (const rollUp of values) rollUps.set(ROLL_UPS.keyOf(rollUp), rollUp);
      });
      const reports = new ReportBook();
      await readTopic(log, REPORTS, (values) => {
        for (const report of values) reports.add(report);
      });
      let newest = 0;
      await readTopic(log, SCORES, (values) => {
        for (const { at } of values) newest = Math.max(newest, at);
      });
      // The minute in which kota stopped, and the one before, may not be settled; that is done at the next start.
      const settled = minuteOf(newest) - MINUTE_MS;
      const end = Math.min(to ?? settled, settled);
      const events = verify({
        stored: store,
        model: parseScoreModel(city.scoreModel),
        areas: city.areas.features.map(({ properties }) => properties),
        devices: await registeredDevices(log, city),
        reports,
        rollUps: [...rollUps.values()],
        now: newest,
        from: from ?? end - DAY_MS,
        to: end,
        ...(step === undefined ? {} : { stepMs: stepOption(step) }),
      });
      for await (const event of events) yield eventLine(event);
    } finally {
      await store.close();
    }
  } finally {
    await log.close();
  }
}

function stepOption(text: string): number {
  const [, count, unit] = /^(\d+)([smhd]?)$/.exec(text) ?? [];
  const ms = Number(count) * ({ m: 60_000, h: 3_600_000, d: 86_400_000 }[unit ?? ""] ?? 1000);
  if (ms >= 1000) return ms;
  throw new KotaError("bad_request", `--step: expected a length such as 10m or 1h, and got '${text}'.`);
}

function eventLine(event: VerifyEvent): EventLine {
  const text = (ms: number) => new Date(ms).toISOString();
  switch (event.kind) {
    case "progress":
      return { ...event, through: text(event.through) };
    case "score":
      return { ...event, minute: text(event.minute) };
    case "roll-up":
      return { ...event, hour: text(event.hour) };
    case "done":
      return event;
  }
}
