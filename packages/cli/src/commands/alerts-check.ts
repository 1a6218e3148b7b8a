import { join } from "node:path";
import {
  type AlertRule,
  type Alerts,
  type CityNow,
  hoursNeeded,
  newAlert,
  type Observation,
  observe,
  parseAlerts,
  shownValue,
  step,
} from "@kota/alerts";
import type { At, WatchedDevice } from "@kota/attention";
import { GROUPS } from "@kota/event-log";
import { KotaError, type Score } from "@kota/model";
import { loadCity } from "@kota/runtime";
import { formatDuration, parseScoreModel } from "@kota/scoring";
import { readParsed } from "../read-parsed.ts";
import { apiUrl, findRunningKota, type RunningKota } from "../running-kota.ts";
import { settings } from "../settings.ts";
import { renderTree } from "../tree.ts";

interface CheckOptions {
  readonly url?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

/** What a rule says of everything that it is about, now. */
export interface RuleNow {
  readonly rule: AlertRule;
  /** How much it is about. */
  readonly seen: number;
  readonly wouldFire: readonly Observation[];
  readonly noData: readonly Observation[];
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
const MOST_LISTED = 10;

/** `kota alerts check`. */
export async function checkAlerts(file: string | undefined, options: CheckOptions): Promise<void> {
  const config = settings();
  const path = file ?? join(config.city, "alerts.yaml");
  const city = loadCity(config.city);
  const areaNames = new Map(city.areas.features.map(({ properties: { id, name } }) => [id, name]));
  const alerts = readParsed(path, "alerts_invalid", (text) =>
    parseAlerts(text, { areas: new Set(areaNames.keys()), model: parseScoreModel(city.scoreModel) }),
  );
  const kota = options.offline ? undefined : await findRunningKota(options.url ?? apiUrl(config));
  if (options.url !== undefined && !kota) {
    throw new KotaError(
      "store_unavailable",
      `No kota answers at ${options.url}. Start one, or use --offline.`,
    );
  }
  const now = kota && judgeNow(alerts, await cityNow(kota, alerts, areaNames, Date.now()));
  if (options.json) {
    console.log(JSON.stringify({ rules: alerts.rules, channels: alerts.channels, now: now ?? null }));
    return;
  }
  console.log(describe(alerts, now).join("\n"));
  if (!kota && !options.offline) {
    console.error(
      "No kota answers, so this says nothing about now. Start one, or give its address with --url.",
    );
  }
}

/** What each rule would do if it were looked at for the first time and had no `for` to wait for. */
export function judgeNow(alerts: Alerts, city: CityNow): RuleNow[] {
  return alerts.rules.map((rule) => {
    const seen = observe(rule, city);
    const stateOf = (one: Observation) =>
      step({ ...rule, forMs: 0 }, newAlert(rule.id, one.subject, city.now), one, {
        now: city.now,
        maintenance: null,
        channels: [],
      }).state;
    return {
      rule,
      seen: seen.length,
      wouldFire: seen.filter((one) => stateOf(one) === "firing"),
      noData: seen.filter((one) => stateOf(one) === "no_data"),
    };
  });
}

async function cityNow(
  kota: RunningKota,
  alerts: Alerts,
  areaNames: ReadonlyMap<string, string>,
  now: number,
): Promise<CityNow> {
  const get = async <T>(path: string, query: Record<string, string> = {}): Promise<T> =>
    (await (await kota.get(path, query)).json()) as T;
  const devices: WatchedDevice[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: { readonly devices: readonly WatchedDevice[]; readonly nextCursor: string | null } =
      await get("/v1/devices", { limit: "10000", ...(cursor === "" ? {} : { cursor }) });
    devices.push(...page.devices);
    cursor = page.nextCursor;
  }
  type ScoreRow = Omit<Score, "at"> & { readonly at: string | null };
  const rows = await get<readonly ScoreRow[]>("/v1/scores", { level: "all" });
  const scores = rows.map((row): Score => ({ ...row, at: row.at === null ? now : Date.parse(row.at) }));
  const status = await get<{ readonly lag: readonly { readonly group: string; readonly lag: number }[] }>(
    "/v1/status",
  );
  const hours = new Map<string, readonly At[]>();
  for (const series of alerts.rules.flatMap((rule) => hoursNeeded(rule, devices))) {
    const answer = await get<{
      readonly points: readonly { readonly time: string; readonly mean: number }[];
    }>("/v1/series", { ...series, from: String(Math.floor((now - DAY) / HOUR) * HOUR), step: "1h" });
    hours.set(
      `${series.metric}@${series.device}`,
      answer.points.map(({ time, mean }) => ({ time: Date.parse(time), value: mean })),
    );
  }
  const isOnLedger = alerts.rules.some(({ measure }) => measure.of === "ledger");
  return {
    devices,
    scores,
    areaNames,
    missing: isOnLedger ? await missingNow(kota) : null,
    lag: status.lag.filter(({ group }) => group !== GROUPS.score),
    hours: (device, metric) => hours.get(`${metric}@${device}`),
    now,
  };
}

/** Readings that are missing, by device, as the ledger says. */
async function missingNow(kota: RunningKota): Promise<ReadonlyMap<string, number>> {
  const missing = new Map<string, number>();
  let cursor: string | null = null;
  do {
    const answer = await kota.get("/v1/ledger", {
      differences: "true",
      limit: "5000",
      ...(cursor === null ? {} : { cursor }),
    });
    const page = (await answer.json()) as {
      readonly lines: readonly { readonly device: string | null; readonly difference: number }[];
      readonly nextCursor: string | null;
    };
    for (const { device, difference } of page.lines) {
      if (device !== null) missing.set(device, (missing.get(device) ?? 0) + difference);
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return missing;
}

function describe(alerts: Alerts, now: readonly RuleNow[] | undefined): string[] {
  const channels = alerts.channels.map(({ id, target }) => `${id} (${target.by})`).join(", ");
  return renderTree({
    text: `${alerts.rules.length} rules, told to ${channels || "nobody: there are no channels"}`,
    below: alerts.rules.map((rule) => {
      const found = now?.find((one) => one.rule.id === rule.id);
      return {
        text: `${rule.id}: ${rule.title}  ${conditionOf(rule)}, ${rule.severity}`,
        below: found === undefined ? [] : nowOf(found, alerts.language),
      };
    }),
  });
}

function conditionOf({ measure, side, threshold, clear, forMs }: AlertRule): string {
  const what =
    measure.of === "metric"
      ? measure.metric
      : measure.of === "index"
        ? measure.index
        : measure.of === "score"
          ? `${measure.part} of ${[measure.dimension ?? "overall", measure.aspect, measure.indicator].filter((part) => part !== null).join("/")}`
          : measure.of === "kota" || measure.of === "ledger"
            ? `${measure.of === "kota" ? "kota's" : "the ledger's"} ${measure.measure}`
            : "silence";
  const shown = (value: number) => (measure.of === "silence" ? formatDuration(value) : String(value));
  const band = clear === threshold ? "" : `, over at ${shown(clear)}`;
  return `${what} ${side} ${shown(threshold)}${forMs === 0 ? "" : ` for ${formatDuration(forMs)}`}${band}`;
}

function nowOf({ rule, seen, wouldFire, noData }: RuleNow, language: Alerts["language"]) {
  if (seen === 0) return [{ text: "IT IS ABOUT NOTHING that is there now" }];
  const wait = rule.forMs === 0 ? "" : `, if it stays so for ${formatDuration(rule.forMs)}`;
  const lines = [
    {
      text:
        wouldFire.length === 0
          ? `nothing of ${seen} would fire now`
          : `${wouldFire.length} of ${seen} would fire now${wait}`,
      below: wouldFire.slice(0, MOST_LISTED).map((one) => ({
        text: `${one.name} (${one.subject}): ${one.value === null ? "" : shownValue(one.value, one, language)}`,
      })),
    },
  ];
  if (noData.length > 0) lines.push({ text: `${noData.length} of ${seen} have no data`, below: [] });
  return lines;
}
