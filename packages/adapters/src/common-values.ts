import type { MetricName } from "@kota/model";
import { type CodecName, codecName } from "./codec-names.ts";
import type { Collector } from "./collector.ts";
import { excerpt, show } from "./explain.ts";
import { isObject, type JsonObject, member } from "./json.ts";
import { metricIn } from "./named-value.ts";
import { numberAndUnit, numberIn } from "./number.ts";
import { inUnitOf, isUnit } from "./units.ts";

const MAX_DEPTH = 4;
const MAX_FIELDS = 500;
const MAX_UNKNOWN = 20;
/** Groups whose `temperature` or `humidity` is not that of the air around the device. */
const FOREIGN = /^(?:soil|water|leaf|liquid|probe|internal|chip|board|device|cpu|mcu|modem|gateway)/i;
const DIGITS = /^\d{1,3}$/;
/** How a maker says that of a list of values the first is that of now; when the others were measured it does not say. */
const NEWEST_FIRST = /^values: \[t=0,/;

/** Why a field gave no value. */
export type PassedOver =
  /** Its name is none that kota knows. */
  | "unknown_name"
  /** It holds words, a state or a list where its name promises a number, or nothing. */
  | "no_number"
  /** Its unit, or the size of its number, does not fit its name. */
  | "other_unit"
  /** It stands in too many groups. */
  | "too_deep";

/** Hears of each field what became of it. */
export interface FieldTrace {
  took(field: string, value: unknown, metric: MetricName, number: number, channel: string | null): void;
  passed(field: string, value: unknown, why: PassedOver): void;
}

/**
 * Takes what a payload formatter or codec decoded: fields named as most makers name them, flat or in groups, with a
 * number per channel (`temperature_3`, or `{ temperatureSensor: { "3": … } }`), as `{ value, unit }`, or as a text with its
 * unit (`12.5 V`). Returns the fields it knows nothing about, each with what it holds.
 * @param skip whether a field, by its path, is spoken for already
 */
export function takeCommonValues(
  collector: Collector,
  decoded: JsonObject,
  device: string,
  skip: (path: string) => boolean = () => false,
  trace?: FieldTrace,
): string[] {
  const unknown: string[] = [];
  let fields = 0;

  function passOver(path: string, value: unknown, why: PassedOver, unit: string | null = null): void {
    trace?.passed(path, value, why);
    if (unknown.length > MAX_UNKNOWN) return;
    if (unknown.length === MAX_UNKNOWN) unknown.push("and more");
    else {
      unknown.push(
        `${excerpt(path, 60)} (${show(value)}${unit === null ? "" : ` in "${excerpt(unit, 20)}"`})`,
      );
    }
  }

  function take(found: CodecName, value: unknown, path: string, channel: string, stated?: unknown): void {
    let unit = typeof stated === "string" && stated !== "" ? stated : null;
    let number: number | null;
    if (typeof value === "boolean") {
      if (found.isState !== true) {
        passOver(path, value, "no_number");
        return;
      }
      number = Number(value);
    } else {
      const written = typeof value === "string" ? numberAndUnit(value) : null;
      if (written && isUnit(written.unit)) {
        number = written.number;
        unit = written.unit;
      } else if (typeof value === "string" && !/\d/.test(value)) {
        // A state in words, or that there is no sensor: no number has been lost.
        passOver(path, value, "no_number");
        return;
      } else number = numberIn(value, path, device);
    }
    if (number === null) {
      trace?.passed(path, value, "no_number");
      return;
    }
    const measured = measuredAs(found, number, unit);
    if (measured === null) {
      passOver(path, value, "other_unit", unit);
      return;
    }
    const sensor = found.number ?? channel;
    trace?.took(
      path,
      value,
      measured.metric,
      measured.value,
      found.channel ?? (collector.has(measured.metric) ? sensor : null),
    );
    if (found.channel === undefined) collector.add(measured.metric, measured.value, sensor);
    else collector.addTo(found.channel, measured.metric, measured.value);
  }

  function walk(group: JsonObject, path: string, name: string, depth: number, foreign: boolean): void {
    const information = member(group, "decodingInfo");
    const isNewestFirst = typeof information === "string" && NEWEST_FIRST.test(information);
    for (const key of Object.keys(group)) {
      if (++fields > MAX_FIELDS) return;
      const value = group[key];
      const at = path === "" ? key : `${path}.${key}`;
      if (skip(at)) continue;
      const found = (name === "" ? null : codecName(name + key)) ?? (foreign ? null : codecName(key));
      if (isObject(value)) {
        const one = found ? oneValue(value, isNewestFirst) : null;
        if (found && one !== null && !skip(`${at}.${one.key}`)) {
          take(numbered(found), one.value, `${at}.${one.key}`, found.number ?? key, member(value, "unit"));
        } else if (found && Object.keys(value).every((channel) => DIGITS.test(channel))) {
          for (const channel of Object.keys(value)) {
            if (!skip(`${at}.${channel}`)) take(found.entry, value[channel], `${at}.${channel}`, channel);
          }
        } else if (depth < MAX_DEPTH) {
          walk(value, at, key, depth + 1, foreign || FOREIGN.test(key));
        } else passOver(at, value, "too_deep");
      } else if (found && !Array.isArray(value)) {
        take(numbered(found), value, at, found.number ?? (path === "" ? key : path));
      } else if (value !== null) passOver(at, value, found ? "no_number" : "unknown_name");
    }
  }

  walk(decoded, "", "", 0, false);
  return unknown;
}

/** The value of a group that is a field with its unit: `{ value, unit }`, or `{ values, unit }` of which the first is that of now. */
function oneValue(
  group: JsonObject,
  isNewestFirst: boolean,
): { readonly key: string; readonly value: unknown } | null {
  if (Object.hasOwn(group, "value")) return { key: "value", value: group.value };
  const values = isNewestFirst ? member(group, "values") : undefined;
  return Array.isArray(values) && values.length > 0 ? { key: "values.0", value: values[0] } : null;
}

/** What always has a channel has one for each number of it: soil, soil-2. */
function numbered({
  entry,
  number,
}: {
  readonly entry: CodecName;
  readonly number: string | null;
}): CodecName {
  return entry.channel === undefined || number === null
    ? entry
    : { ...entry, channel: `${entry.channel}-${number}` };
}

/** Null: neither the unit nor, without one, the size of the number fits what the name stands for. */
function measuredAs(
  entry: CodecName,
  number: number,
  unit: string | null,
): { readonly metric: MetricName; readonly value: number } | null {
  if (entry.isState)
    return unit === null && (number === 0 || number === 1)
      ? { metric: entry.metric, value: number * 100 }
      : null;
  if (unit === null) {
    if (entry.bySize) return entry.bySize(number);
    return { metric: entry.metric, value: entry.convert ? entry.convert(number) : number };
  }
  const metric = metricIn(entry, unit);
  const value = inUnitOf(metric, number, unit);
  if (value === undefined) return null;
  return entry.bySize && metric === entry.metric ? entry.bySize(value) : { metric, value };
}
