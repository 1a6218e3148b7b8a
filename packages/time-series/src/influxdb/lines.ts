import { createHash } from "node:crypto";
import { escape as escaped } from "@influxdata/influxdb-client";
import type { Reading, Rejection, Score } from "@kota/model";
import { isStorableTime, MINUTE_MS, nameProblem, stepStart } from "../bounds.ts";
import { encodeChar, encodeText } from "./text.ts";

/** Fields of `readings` that are no metrics. */
export const RECEIVED_AT = "received_at";
export const ADAPTER = "adapter";

/** InfluxDB drops a field of the name `time` in silence; the others are ours. */
const TAKEN_FIELDS: ReadonlySet<string> = new Set(["time", RECEIVED_AT, ADAPTER]);

/** Names that need no escape at all: nearly all there are. */
const PLAIN = /^[\w.:-]+$/;

/** The field that holds a metric. */
export function fieldOf(metric: string): string {
  return TAKEN_FIELDS.has(metric) ? `${encodeChar(metric.charAt(0))}${metric.slice(1)}` : encodeText(metric);
}

/** A level of a score as a tag value: a tag cannot be empty, so `-` stands for the levels above. */
export function levelTag(level: string | null): string {
  if (level === null || level === "") return "-";
  return level === "-" ? encodeChar(level) : encodeText(level);
}

/** Names whose text is kept: with more, those from before are forgotten and made again. */
const MAX_NAMES = 50_000;

/**
 * Makes the lines of readings; null of one that no store can hold. The text around the numbers is the same for every
 * reading of a device, so each name is looked at once: that halves the cost of a line.
 *
 * `readings,device=… <metric>=<value>,…,received_at=…i,adapter="…" <ms>`
 */
export function createReadingLines(): (reading: Reading) => string | null {
  const heads = new Map<string, string | null>();
  const fields = new Map<string, string | null>();
  const tails = new Map<string, string | null>();

  return (reading) => {
    const { device, time, values, adapter } = reading;
    const head = heads.get(device) ?? known(heads, device, headOf);
    if (head === null || !isStorableTime(time)) return null;
    let line = head;
    let empty = true;
    for (const metric in values) {
      const field = fields.get(metric) ?? known(fields, metric, fieldStartOf);
      const value = values[metric];
      if (field === null || !Number.isFinite(value)) return null;
      line += `${field}${value},`;
      empty = false;
    }
    if (empty) return null;
    const tail = tails.get(adapter) ?? known(tails, adapter, tailOf);
    return `${line}${RECEIVED_AT}=${reading.receivedAt}${tail}${time}`;
  };
}

function known<T>(names: Map<string, T>, name: string, make: (name: string) => T): T {
  if (names.size >= MAX_NAMES) names.clear();
  const made = make(name);
  names.set(name, made);
  return made;
}

function headOf(device: string): string | null {
  if (nameProblem(device) !== null) return null;
  return `readings,device=${PLAIN.test(device) ? device : escaped.tag(encodeText(device))} `;
}

function fieldStartOf(metric: string): string | null {
  if (nameProblem(metric) !== null) return null;
  return `${PLAIN.test(metric) && !TAKEN_FIELDS.has(metric) ? metric : escaped.tag(fieldOf(metric))}=`;
}

function tailOf(adapter: string): string {
  return `i,${ADAPTER}=${stringField(adapter)} `;
}

/**
 * `scores,area=…,dimension=…,aspect=…,indicator=… score=…,value=…,coverage=…,no_score=…,no_value=… <ms>`
 *
 * InfluxDB keeps the fields that a later write of the same minute leaves out. So what is missing is said in a field of
 * its own, and that one decides.
 */
export function scoreLine(score: Score): string {
  const tags = [
    `area=${escaped.tag(levelTag(score.area))}`,
    `dimension=${escaped.tag(levelTag(score.dimension))}`,
    `aspect=${escaped.tag(levelTag(score.aspect))}`,
    `indicator=${escaped.tag(levelTag(score.indicator))}`,
  ];
  const fields = [
    `coverage=${score.coverage}`,
    `no_score=${score.score === null}`,
    `no_value=${score.value === null}`,
    ...(score.score === null ? [] : [`score=${score.score}`]),
    ...(score.value === null ? [] : [`value=${score.value}`]),
  ];
  return `scores,${tags.join(",")} ${fields.join(",")} ${stepStart(score.at, MINUTE_MS)}`;
}

const NS_PER_MS = 1_000_000;
const SLOTS = 1024;

/**
 * `rejections,code=…,slot=… id="…",… <ns>`
 *
 * The id as a tag would make a series of every rejection. Instead, it is hashed to one of a thousand slots and to the
 * nanoseconds within the millisecond: the same rejection has the same place at every replay, and two of one code and
 * millisecond share one with a chance of 1 in 10⁹.
 */
export function rejectionLine(rejection: Rejection): string {
  const hash = createHash("sha256").update(rejection.id).digest();
  const slot = hash.readUInt32BE(0) % SLOTS;
  const nanoseconds = BigInt(rejection.time) * BigInt(NS_PER_MS) + BigInt(hash.readUInt32BE(4) % NS_PER_MS);
  const { attributes, adapter, device } = rejection;
  const fields = [
    `id=${stringField(rejection.id)}`,
    `stage=${stringField(rejection.stage)}`,
    `reason=${stringField(rejection.reason)}`,
    `topic=${stringField(rejection.topic)}`,
    `source=${stringField(rejection.source)}`,
    `payload=${stringField(rejection.payload)}`,
    `size=${rejection.size}i`,
    ...(attributes === undefined ? [] : [`attributes=${stringField(JSON.stringify(attributes))}`]),
    ...(adapter === null ? [] : [`adapter=${stringField(adapter)}`]),
    ...(device === null ? [] : [`device=${stringField(device)}`]),
  ];
  return `rejections,code=${rejection.code},slot=${slot} ${fields.join(",")} ${nanoseconds}`;
}

function stringField(text: string): string {
  return escaped.quoted(encodeText(text));
}
