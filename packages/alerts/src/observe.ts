import type { At, WatchedDevice } from "@kota/attention";
import { heatIndex, isRefused, nowcast } from "@kota/indices";
import { CITY_AREA, metric, type Score, scoreKey } from "@kota/model";
import type { AlertRule, RuleIndex } from "./rule.ts";

/** What a rule sees of one device, area or stage. */
export interface Observation {
  /** A device's id, an area's id, or the name of a stage. */
  readonly subject: string;
  readonly device: string | null;
  readonly area: string | null;
  readonly kind: string | null;
  /** What it is called. */
  readonly name: string;
  /** Null: there is none. */
  readonly value: number | null;
  /** When the value was so, Unix milliseconds. */
  readonly time: number | null;
  /** UCUM code; `ms`: a length of time; null: a score or a count. */
  readonly unit: string | null;
  /** Digits worth showing. */
  readonly decimals: number;
}

/** The city as rules see it. */
export interface CityNow {
  readonly devices: readonly WatchedDevice[];
  readonly scores: readonly Score[];
  readonly areaNames: ReadonlyMap<string, string>;
  /** Readings that are missing, by device; null: it is not known. */
  readonly missing: ReadonlyMap<string, number> | null;
  /** How far each stage is behind, in records. */
  readonly lag: readonly { readonly group: string; readonly lag: number }[];
  /** Hourly means of the last day; undefined while they are not known. */
  hours(device: string, metric: string): readonly At[] | undefined;
  /** Unix milliseconds. */
  readonly now: number;
}

/** The series whose hours of the last day a rule needs. */
export function hoursNeeded(
  rule: AlertRule,
  devices: readonly WatchedDevice[],
): { device: string; metric: string }[] {
  if (rule.measure.of !== "index" || rule.measure.index !== "us_epa_aqi") return [];
  return devices
    .filter((device) => isAbout(rule, device))
    .flatMap(({ id, latest }) =>
      PARTICLES.filter((name) => latest[name] !== undefined).map((name) => ({ device: id, metric: name })),
    );
}

/** Everything that a rule is about, with its value of now. What is not yet known is left out. */
export function observe(rule: AlertRule, city: CityNow): Observation[] {
  const { measure } = rule;
  switch (measure.of) {
    case "score":
      return city.scores
        .filter(
          (score) =>
            score.dimension === measure.dimension &&
            score.aspect === measure.aspect &&
            score.indicator === measure.indicator &&
            (rule.areas === null || rule.areas.includes(score.area)),
        )
        .map((score) => ({
          subject: score.area,
          device: null,
          area: score.area === CITY_AREA ? null : score.area,
          kind: null,
          name: score.area === CITY_AREA ? score.title : (city.areaNames.get(score.area) ?? score.area),
          value: measure.part === "value" ? score.value : score.score,
          time: score.at,
          unit: measure.part === "value" ? score.unit : null,
          decimals: 1,
        }));
    case "kota":
      return city.lag.map(({ group, lag }) => ({
        subject: group,
        device: null,
        area: null,
        kind: null,
        name: group,
        value: lag,
        time: city.now,
        unit: null,
        decimals: 0,
      }));
    case "ledger":
      return missingOf(rule, city);
    default:
      return city.devices
        .filter((device) => isAbout(rule, device))
        .flatMap((device) => {
          const seen = ofDevice(rule, device, city);
          return seen === undefined
            ? []
            : [
                {
                  subject: device.id,
                  device: device.id,
                  area: device.area,
                  kind: device.kind,
                  name: device.name,
                  ...seen,
                },
              ];
        });
  }
}

/**
 * Every device that the rule is about: 0 where nothing is missing, so that it can be over. What a device that was taken out
 * of the registry sent is missing all the same, and so is what one sent that nobody knows.
 */
function missingOf(rule: AlertRule, { devices, missing, now }: CityNow): Observation[] {
  if (missing === null) return [];
  const seen: Pick<WatchedDevice, "id" | "area" | "kind" | "name">[] = devices.filter((device) =>
    fits(rule, device),
  );
  const known = new Set(devices.map(({ id }) => id));
  const { kinds, areas } = rule;
  for (const id of missing.keys()) {
    const isAsked = kinds === null && areas === null && (rule.devices === null || rule.devices.includes(id));
    if (!known.has(id) && isAsked) seen.push({ id, area: null, kind: null, name: id });
  }
  return seen.map(({ id, area, kind, name }) => ({
    subject: id,
    device: id,
    area,
    kind,
    name,
    value: missing.get(id) ?? 0,
    time: now,
    unit: null,
    decimals: 0,
  }));
}

/** The key of the score that a rule about scores has of an area. */
export function scoreKeyOf(rule: AlertRule, subject: string): string | null {
  const { measure } = rule;
  return measure.of === "score" ? scoreKey({ area: subject, ...measure }) : null;
}

/** Whether a rule about devices is about this one. */
export function isAbout(rule: AlertRule, device: WatchedDevice): boolean {
  return !device.retired && fits(rule, device);
}

function fits({ kinds, areas, devices }: AlertRule, device: WatchedDevice): boolean {
  return (
    (kinds === null || (device.kind !== null && kinds.includes(device.kind))) &&
    (areas === null || (device.area !== null && areas.includes(device.area))) &&
    (devices === null || devices.includes(device.id))
  );
}

type Seen = Pick<Observation, "value" | "time" | "unit" | "decimals">;

/** Undefined: the device has nothing to do with it, or it is not yet known. */
function ofDevice({ measure }: AlertRule, device: WatchedDevice, city: CityNow): Seen | undefined {
  if (measure.of === "silence") {
    if (device.lastSeen === null) return undefined;
    const lastSeen = Date.parse(device.lastSeen);
    return { value: Math.max(0, city.now - lastSeen), time: city.now, unit: "ms", decimals: 0 };
  }
  if (measure.of === "index") return indexOf(measure.index, device, city);
  if (measure.of !== "metric") return undefined;
  const latest = device.latest[measure.metric];
  const entry = metric(measure.metric);
  return (
    latest &&
    entry && {
      value: latest.value,
      time: Date.parse(latest.time),
      unit: entry.unit,
      decimals: entry.decimals,
    }
  );
}

function indexOf(index: RuleIndex, device: WatchedDevice, city: CityNow): Seen | undefined {
  return index === "heat_index" ? heat(device) : airQuality(device, city);
}

/** Of the newest temperature and humidity, °C. */
function heat({ latest }: WatchedDevice): Seen | undefined {
  const { temperature, humidity } = latest;
  if (temperature === undefined || humidity === undefined) return undefined;
  const index = heatIndex(temperature.value * 1.8 + 32, humidity.value);
  const time = Math.min(Date.parse(temperature.time), Date.parse(humidity.time));
  return { value: isRefused(index) ? null : index.hi_c, time, unit: "Cel", decimals: 1 };
}

const PARTICLES = ["pm2_5", "pm10"] as const;
const NAMES = { pm2_5: "PM25", pm10: "PM10" } as const;
const HOUR = 3_600_000;

/** US EPA AQI of the NowCast of the last twelve hours: the higher one of PM2.5 and PM10. */
function airQuality(device: WatchedDevice, { hours, now }: CityNow): Seen | undefined {
  let worst: number | null = null;
  let isMeasured = false;
  let newest = Number.NEGATIVE_INFINITY;
  for (const name of PARTICLES) {
    const latest = device.latest[name];
    if (latest === undefined) continue;
    const day = hours(device.id, name);
    if (day === undefined) return undefined;
    isMeasured = true;
    newest = Math.max(newest, Date.parse(latest.time));
    const begin = Math.floor(now / HOUR) * HOUR;
    const newestFirst = Array.from({ length: 12 }, (_, ago) => {
      return day.find(({ time }) => time === begin - ago * HOUR)?.value ?? null;
    });
    const cast = nowcast(NAMES[name], newestFirst, "ug/m3");
    // Beyond the table there is no number; 500 is its end.
    if ("valid" in cast && cast.valid) worst = Math.max(worst ?? 0, cast.aqi ?? 500);
  }
  return isMeasured ? { value: worst, time: newest, unit: null, decimals: 0 } : undefined;
}
