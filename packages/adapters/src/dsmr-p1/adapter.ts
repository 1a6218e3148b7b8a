import type { MetricName } from "@kota/model";
import { type DecodeContext, type DecodedReading, defineTextAdapter } from "../adapter.ts";
import { Collector } from "../collector.ts";
import { excerpt } from "../explain.ts";
import { numberIn } from "../number.ts";
import { refuse } from "../refusal.ts";
import { inUnitOf } from "../units.ts";
import { parseTelegram, type Telegram } from "./telegram.ts";

export const dsmrP1 = defineTextAdapter({
  id: "dsmr-p1",
  title: "DSMR P1 telegram",
  version: 1,
  source: "https://www.netbeheernederland.nl/publicatie/dsmr-502-p1-companion-standard",
  claims: {
    topics: ["dsmr/raw"],
    shape: (text) => /^\s*\/[A-Za-z0-9]{3}/.test(text) && /[\r\n]\d-\d{1,2}:\d/.test(text),
  },
  decode,
});

const HOUR = 3_600_000;

/** OBIS groups C.D.E of medium 1 (electricity) that are one value of the meter or of a phase. */
const VALUES: readonly (readonly [code: string, metric: MetricName, channel: string])[] = [
  ["32.7.0", "voltage", "L1"],
  ["52.7.0", "voltage", "L2"],
  ["72.7.0", "voltage", "L3"],
  ["31.7.0", "current", "L1"],
  ["51.7.0", "current", "L2"],
  ["71.7.0", "current", "L3"],
  ["14.7.0", "frequency", ""],
];

/** Taken from the grid less given to it. */
const BALANCES: readonly (readonly [from: string, to: string, metric: MetricName, channel: string])[] = [
  ["1.7.0", "2.7.0", "power", ""],
  ["21.7.0", "22.7.0", "power", "L1"],
  ["41.7.0", "42.7.0", "power", "L2"],
  ["61.7.0", "62.7.0", "power", "L3"],
  ["3.7.0", "4.7.0", "reactive_power", ""],
];

const REGISTERS: readonly (readonly [group: string, metric: MetricName])[] = [
  ["1.8", "energy_total"],
  ["2.8", "energy_returned_total"],
];

/** Media of EN 13757 that a meter behind the electricity meter has. */
const MEDIA: Readonly<Record<number, MetricName>> = {
  3: "gas_total",
  4: "heat_total",
  6: "water_total",
  7: "water_total",
  12: "heat_total",
};

function decode(text: string, context: DecodeContext): readonly DecodedReading[] {
  const telegram = parseTelegram(text);
  const device = deviceOf(telegram, context.message.topic);
  const stamp = telegram.objects.get("0-0:1.0.0")?.[0];
  const time = stamp === undefined ? null : timeOf(stamp, context, device);
  const collector = new Collector(device, time);
  takeElectricity(collector, telegram, device);
  const others = takeOthers(telegram, context, device);
  const readings = [...collector.readings(), ...others.flatMap((other) => other.readings())];
  if (readings.length === 0) {
    refuse("no_values", "The telegram holds no register that is a metric.", device);
  }
  return readings;
}

function takeElectricity(collector: Collector, telegram: Telegram, device: string): void {
  const put = (metric: MetricName, value: number, channel: string): void =>
    channel === "" ? collector.set(metric, value) : collector.addTo(channel, metric, value);
  for (const [group, metric] of REGISTERS) {
    const total = registerOf(telegram, `1-0:${group}.0`, metric, device);
    let sum: number | null = null;
    for (const tariff of [1, 2, 3, 4]) {
      const value = registerOf(telegram, `1-0:${group}.${tariff}`, metric, device);
      if (value === null) continue;
      sum = (sum ?? 0) + value;
      put(metric, value, `T${tariff}`);
    }
    const all = total ?? sum;
    if (all !== null) put(metric, Math.round(all * 1e7) / 1e7, "");
  }
  for (const [from, to, metric, channel] of BALANCES) {
    const taken = registerOf(telegram, `1-0:${from}`, metric, device);
    const given = registerOf(telegram, `1-0:${to}`, metric, device);
    if (taken !== null || given !== null) put(metric, (taken ?? 0) - (given ?? 0), channel);
  }
  for (const [code, metric, channel] of VALUES) {
    const value = registerOf(telegram, `1-0:${code}`, metric, device);
    if (value !== null) put(metric, value, channel);
  }
}

/** Gas, heat and water meters on the four channels of the M-Bus, each with a time of its own. */
function takeOthers(telegram: Telegram, context: DecodeContext, device: string): Collector[] {
  const collectors = new Map<number, Collector>();
  const seen = new Set<MetricName>();
  for (let channel = 1; channel <= 4; channel++) {
    const medium = Number(telegram.objects.get(`0-${channel}:24.1.0`)?.[0]);
    const metric = MEDIA[medium];
    if (metric === undefined) continue;
    const { objects } = telegram;
    // Belgian meters have gas that is not converted to 0 °C in 24.2.3; 24.3.0 is of DSMR 2.2 and 3.
    const values =
      objects.get(`0-${channel}:24.2.1`) ??
      objects.get(`0-${channel}:24.2.3`) ??
      objects.get(`0-${channel}:24.3.0`);
    const stamp = values?.[0];
    const written = values?.at(-1);
    if (values === undefined || stamp === undefined || written === undefined || values.length < 2) continue;
    const unit = /\*(.+)$/.exec(written)?.[1] ?? values.at(-2);
    // A meter that was taken away leaves zeroes without a unit behind, from 1970.
    if (unit === undefined || unit === stamp || stamp.startsWith("700101")) continue;
    const value = converted(written.replace(/\*.*$/, ""), unit, metric, `0-${channel}:24.2`, device);
    const time = timeOf(stamp, context, device);
    let collector = collectors.get(time);
    if (!collector) {
      collector = new Collector(device, time);
      collectors.set(time, collector);
    }
    if (seen.has(metric)) collector.addTo(`mbus${channel}`, metric, value);
    else collector.set(metric, value);
    seen.add(metric);
  }
  return [...collectors.values()];
}

function registerOf(telegram: Telegram, code: string, metric: MetricName, device: string): number | null {
  const written = telegram.objects.get(code)?.[0];
  if (written === undefined || written === "") return null;
  const [number = "", unit = ""] = written.split("*", 2);
  return converted(number, unit, metric, code, device);
}

function converted(written: string, unit: string, metric: MetricName, code: string, device: string): number {
  const number = numberIn(written, code, device) ?? Number.NaN;
  return (
    inUnitOf(metric, number, unit) ??
    refuse("schema_mismatch", `${code}: expected a unit of ${metric}, came "${excerpt(unit, 30)}".`, device)
  );
}

/** The serial number; without one the topic names the meter. */
function deviceOf({ objects, identification }: Telegram, topic: string): string {
  for (const code of ["0-0:96.1.1", "0-0:42.0.0", "1-0:0.0.0", "0-0:96.1.255", "1-0:96.1.0"]) {
    const written = objects.get(code)?.[0];
    if (written !== undefined && written !== "") return plainOf(written);
  }
  const levels = topic.split("/").filter((level) => !/^(?:dsmr|p1|raw|telegram|)$/i.test(level));
  return (
    levels.at(-1) ??
    refuse(
      "schema_mismatch",
      `The telegram of "${excerpt(identification, 40)}" has no serial number, and the topic names no device: publish it on a topic such as 'meters/house-7/telegram'.`,
    )
  );
}

/** Serial numbers are ASCII in hexadecimal, except where a maker prints them plain. */
function plainOf(written: string): string {
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(written)) return written;
  const bytes = Buffer.from(written, "hex");
  return bytes.every((byte) => byte > 0x20 && byte < 0x7f) ? bytes.toString("latin1") : written;
}

/** `YYMMDDhhmmss`, then W in winter (UTC+1) or S in summer (UTC+2); without either it is the city's local time. */
function timeOf(stamp: string, { message, zone }: DecodeContext, device: string): number {
  const match = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([WS]?)$/.exec(stamp);
  if (match) {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
    const wall = Date.UTC(2000 + year, month - 1, day, hour, minute, second);
    const valid =
      new Date(wall).getUTCDate() === day && month >= 1 && month <= 12 && hour < 24 && minute < 60;
    if (valid) {
      if (match[7] === "W") return wall - HOUR;
      return match[7] === "S" ? wall - 2 * HOUR : zone.instantOf(wall, message.receivedAt);
    }
  }
  return refuse(
    "time_invalid",
    `Expected a time such as 261124120000W, came "${excerpt(stamp, 30)}".`,
    device,
  );
}
