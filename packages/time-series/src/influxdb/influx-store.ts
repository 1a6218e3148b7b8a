import { setTimeout } from "node:timers/promises";
import { flux, fluxDateTime, fluxExpression, type ParameterizedQuery } from "@influxdata/influxdb-client";
import { KotaError, type Reading, type Rejection, type RejectionCode, type Score } from "@kota/model";
import { ALL_TIME, HOUR_MS, LATEST_LOOK_BACK_MS, refusalReason, stepStart, wholeRange } from "../bounds.ts";
import { Calls } from "../calls.ts";
import type {
  DeviceStep,
  DeviceStepsQuery,
  HourCount,
  LatestValue,
  Refusal,
  RejectionQuery,
  ScoreHistoryQuery,
  ScorePoint,
  SeriesPoint,
  SeriesQuery,
  TimeRange,
  TimeSeriesStore,
} from "../port.ts";
import { inSteps } from "./ask.ts";
import { joined, numberOf, timeOf } from "./columns.ts";
import { type Column, Connection, parsedUrl } from "./connection.ts";
import { stepsOfDevices } from "./device-steps.ts";
import { asKotaError, type Place } from "./failure.ts";
import { ADAPTER, createReadingLines, fieldOf, RECEIVED_AT, rejectionLine, scoreLine } from "./lines.ts";
import { scoreHistory } from "./score-history.ts";
import { decodeText, encodeText } from "./text.ts";
import { type RefusedLine, writeLines } from "./write-lines.ts";

const DAY_MS = 86_400_000;
/** What is under way when the store is closed is given up after so long: an InfluxDB that does not answer holds up no stop. */
const CLOSE_WITHIN_MS = 2000;

export interface InfluxStoreOptions {
  /** Such as http://localhost:8086 */
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  /** May read and write the bucket. */
  readonly token: string;
  readonly clock?: () => number;
  readonly logger?: StoreLogger;
  /** A request without a whole answer after this long has failed. Milliseconds; default 30,000. */
  readonly timeoutMs?: number;
}

/** What a store says of things that no caller has to act on. A pino logger fits. */
export interface StoreLogger {
  warn(details: object, message: string): void;
}

/**
 * Opens the time series in a bucket of InfluxDB 2. A write resolves once InfluxDB has answered 204, which it does when
 * its own write-ahead log has the points.
 *
 * @throws KotaError `config_invalid` for a wrong address, `store_refused` when the bucket is not there or the token may
 * not use it, `store_unavailable` when InfluxDB does not answer.
 */
export async function openInfluxStore(options: InfluxStoreOptions): Promise<TimeSeriesStore> {
  const store = new InfluxStore(options);
  try {
    await store.check();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

class InfluxStore implements TimeSeriesStore {
  readonly #place: Place;
  readonly #connection: Connection;
  readonly #calls = new Calls();
  readonly #clock: () => number;
  readonly #logger: StoreLogger;
  readonly #readingLine = createReadingLines();

  constructor(options: InfluxStoreOptions) {
    this.#place = { url: parsedUrl(options.url), org: options.org, bucket: options.bucket };
    this.#connection = new Connection({
      ...this.#place,
      token: options.token,
      timeoutMs: options.timeoutMs ?? 30_000,
    });
    this.#clock = options.clock ?? Date.now;
    this.#logger = options.logger ?? { warn: () => {} };
  }

  async writeReadings(readings: readonly Reading[]): Promise<readonly Refusal[]> {
    const refusals = new Map<number, Refusal>();
    // Which reading a line is of: some readings have none.
    const indices: number[] = [];
    const readingLine = this.#readingLine;
    function* lines(): Generator<string> {
      for (let index = 0; index < readings.length; index++) {
        const reading = readings[index];
        if (reading === undefined) continue;
        const line = readingLine(reading);
        if (line !== null) {
          indices.push(index);
          yield line;
        } else refusals.set(index, { reading, reason: refusalReason(reading) ?? "" });
      }
    }
    for (const { index: line, reason } of await this.#write(lines(), "ms")) {
      const index = indices[line] ?? -1;
      const reading = readings[index];
      if (reading !== undefined) refusals.set(index, { reading, reason });
    }
    return [...refusals].sort(([a], [b]) => a - b).map(([, refusal]) => refusal);
  }

  async writeScores(scores: readonly Score[]): Promise<void> {
    this.#insist("score", await this.#write(scores.map(scoreLine), "ms"));
  }

  async writeRejections(rejections: readonly Rejection[]): Promise<void> {
    this.#insist("rejection", await this.#write(rejections.map(rejectionLine), "ns"));
  }

  async countReadings(query: Partial<TimeRange> & { readonly device?: string } = {}): Promise<number> {
    const rows = await this.#query(
      query,
      ({ source }) => flux`${eachReading(source, query.device)}
        |> count()
        |> group()
        |> sum()`,
      (column) => Number(column("_value")),
    );
    return rows[0] ?? 0;
  }

  async countByHour(query: TimeRange & { readonly device?: string }): Promise<readonly HourCount[]> {
    return this.#query(
      query,
      ({ source }) => flux`${eachReading(source, query.device)}
        |> ${inSteps(HOUR_MS, "count")}
        |> group()
        |> keep(columns: ["device", "_time", "_value"])`,
      (column) => ({
        device: decodeText(column("device") ?? ""),
        // The first window begins where the range does.
        hour: stepStart(timeOf(column), HOUR_MS),
        count: Number(column("_value")),
      }),
    );
  }

  async readingTimes(query: TimeRange & { readonly device: string }): Promise<readonly number[]> {
    return this.#query(
      query,
      ({ source }) =>
        flux`${eachReading(source, query.device)} |> keep(columns: ["_time"]) |> sort(columns: ["_time"])`,
      timeOf,
    );
  }

  async latest(device?: string): Promise<readonly LatestValue[]> {
    return this.#latest(device === undefined ? { from: this.#clock() - LATEST_LOOK_BACK_MS } : {}, device);
  }

  latestAt(time: number): Promise<readonly LatestValue[]> {
    return this.#latest({ from: time + 1 - LATEST_LOOK_BACK_MS, to: time + 1 });
  }

  #latest(range: Partial<TimeRange>, device?: string): Promise<readonly LatestValue[]> {
    return this.#query(
      range,
      ({ source }) => {
        const ofDevice =
          device === undefined ? flux`` : flux`|> filter(fn: (r) => r.device == ${encodeText(device)})`;
        return flux`${source}
        |> filter(fn: (r) => r._measurement == "readings" and r._field != ${RECEIVED_AT} and r._field != ${ADAPTER})
        ${ofDevice}
        |> last()
        |> group()
        |> keep(columns: ["device", "_field", "_time", "_value"])`;
      },
      (column) => ({
        device: decodeText(column("device") ?? ""),
        metric: decodeText(column("_field") ?? ""),
        time: timeOf(column),
        value: numberOf(column("_value")),
      }),
    );
  }

  async series(query: SeriesQuery): Promise<readonly SeriesPoint[]> {
    const ofSeries = flux`|> filter(fn: (r) => r._measurement == "readings" and r.device == ${encodeText(query.device)} and r._field == ${fieldOf(query.metric)})`;
    if (query.stepMs === null) {
      return this.#query(
        query,
        ({ source }) => flux`${source}
        ${ofSeries}
        |> limit(n: ${query.limit})
        |> keep(columns: ["_time", "_value"])`,
        (column) => {
          const value = numberOf(column("_value"));
          return { time: timeOf(column), count: 1, mean: value, min: value, max: value, last: value };
        },
      );
    }
    const stepMs = query.stepMs;
    const results = ["count", "mean", "min", "max", "last"] as const;
    // Each aggregate from a source of its own, so that InfluxDB computes it where the data are.
    const rows = await this.#query(
      query,
      ({ source }) =>
        joined(
          results.map(
            (name) => flux`${source}
        ${ofSeries}
        |> ${inSteps(stepMs, name)}
        |> limit(n: ${query.limit})
        |> keep(columns: ["_time", "_value"])
        |> yield(name: ${name})`,
          ),
        ),
      (column) => ({
        result: column("result"),
        // The first step begins where the range does; its label is where the step would begin.
        time: stepStart(timeOf(column), stepMs),
        value: numberOf(column("_value")),
      }),
    );
    const of = (name: string) =>
      new Map(rows.filter((row) => row.result === name).map((row) => [row.time, row.value]));
    const [counts, means, mins, maxs, lasts] = results.map(of);
    return [...(counts ?? [])].map(([time, count]) => ({
      time,
      count,
      mean: means?.get(time) ?? Number.NaN,
      min: mins?.get(time) ?? Number.NaN,
      max: maxs?.get(time) ?? Number.NaN,
      last: lasts?.get(time) ?? Number.NaN,
    }));
  }

  stepsOfDevices(query: DeviceStepsQuery): Promise<readonly DeviceStep[]> {
    return stepsOfDevices((range, ask, row) => this.#query(range, ask, row), query);
  }

  scoreHistory(query: ScoreHistoryQuery): Promise<readonly ScorePoint[]> {
    return scoreHistory((range, ask, row) => this.#query(range, ask, row), query);
  }

  async rejections(query: RejectionQuery): Promise<readonly Rejection[]> {
    const range = wholeRange(query);
    const { before, limit } = query;
    const to = before === undefined ? range.to : Math.min(range.to, before.time + 1);
    const newest = Math.min(to, this.#clock());
    // The newest are wanted, and InfluxDB has no index from the newest on: look back a little first, then further.
    for (const lookBack of [DAY_MS / 24, DAY_MS, LATEST_LOOK_BACK_MS, Number.POSITIVE_INFINITY]) {
      const from = Math.max(range.from, newest - lookBack);
      const found = await this.#rejectionsWithin({ from, to }, query);
      if (found.length >= limit || from === range.from) return found;
    }
    return [];
  }

  async countRejections(range: Partial<TimeRange> = {}): Promise<ReadonlyMap<RejectionCode, number>> {
    const rows = await this.#query(
      range,
      ({ source }) => flux`${source}
      |> filter(fn: (r) => r._measurement == "rejections" and r._field == "id")
      |> count()
      |> group(columns: ["code"])
      |> sum()`,
      (column) => [column("code") as RejectionCode, Number(column("_value"))] as const,
    );
    return new Map(rows);
  }

  /** Proves that the bucket is there and that the token may write it and read it. */
  check(): Promise<void> {
    return this.#call(async () => {
      await this.#connection.write("", "ms");
      await this.#connection.query(
        flux`from(bucket: ${this.#place.bucket}) |> range(start: -1ms) |> limit(n: 1)`,
        () => null,
      );
    });
  }

  async close(): Promise<void> {
    const underWay = this.#calls.end();
    await Promise.race([underWay, setTimeout(CLOSE_WITHIN_MS, undefined, { ref: false })]);
    this.#connection.close();
  }

  #rejectionsWithin(range: TimeRange, query: RejectionQuery): Promise<Rejection[]> {
    const { before } = query;
    const columns = (["adapter", "device", "topic"] as const).flatMap((column) => {
      const value = query[column];
      return value === undefined
        ? []
        : [flux`|> filter(fn: (r) => r.${fluxExpression(column)} == ${encodeText(value)})`];
    });
    const ofCode = query.code === undefined ? flux`` : flux`|> filter(fn: (r) => r.code == ${query.code})`;
    const paged =
      before === undefined
        ? flux``
        : flux`|> filter(fn: (r) => r._time < ${timeLiteral(before.time)} or (r._time == ${timeLiteral(before.time)} and r.id < ${encodeText(before.id)}))`;
    return this.#query(
      range,
      ({ source }) => flux`${source}
      |> filter(fn: (r) => r._measurement == "rejections")
      ${ofCode}
      |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
      |> group()
      ${joined(columns)}
      |> truncateTimeColumn(unit: 1ms)
      ${paged}
      |> sort(columns: ["_time", "id"], desc: true)
      |> limit(n: ${query.limit})`,
      rejectionOf,
    );
  }

  /** What a query reads from; nothing is asked when the range holds no millisecond. */
  #query<T>(
    range: Partial<TimeRange>,
    query: (from: { source: ParameterizedQuery }) => ParameterizedQuery,
    row: (column: Column) => T,
  ): Promise<T[]> {
    return this.#call(async () => {
      const { from, to } = wholeRange(range);
      if (from >= to) return [];
      const source = flux`from(bucket: ${this.#place.bucket}) |> range(start: ${timeLiteral(from)}, stop: ${timeLiteral(to)})`;
      return this.#connection.query(query({ source }), row);
    });
  }

  #write(lines: Iterable<string>, precision: "ms" | "ns"): Promise<readonly RefusedLine[]> {
    return this.#call(() => writeLines(lines, (body) => this.#connection.write(body, precision)));
  }

  /** Only readings can be refused; of the others only those are let go that the bucket's retention would delete at once. */
  #insist(what: string, refused: readonly RefusedLine[]): void {
    for (const { reason } of refused) {
      if (!reason.includes("retention policy")) {
        throw new KotaError("store_refused", `InfluxDB refused a ${what}: ${reason}`);
      }
    }
    if (refused.length > 0) {
      this.#logger.warn(
        { count: refused.length, reason: refused[0]?.reason },
        `InfluxDB keeps no ${what}s this old: lengthen the retention of the bucket if they are wanted.`,
      );
    }
  }

  async #call<T>(start: () => Promise<T>): Promise<T> {
    try {
      return await this.#calls.run(start);
    } catch (error) {
      throw asKotaError(error, this.#place, this.#clock());
    }
  }
}

/** Every reading has this field once, so that its points are the readings: InfluxDB counts them without reading. */
function eachReading(source: ParameterizedQuery, device: string | undefined): ParameterizedQuery {
  const ofDevice =
    device === undefined ? flux`` : flux`|> filter(fn: (r) => r.device == ${encodeText(device)})`;
  return flux`${source}
        |> filter(fn: (r) => r._measurement == "readings" and r._field == ${RECEIVED_AT})
        ${ofDevice}`;
}

function timeLiteral(time: number) {
  return fluxDateTime(new Date(Math.max(ALL_TIME.from, Math.min(ALL_TIME.to, time))).toISOString());
}

function rejectionOf(column: Column): Rejection {
  const text = (name: string) => decodeText(column(name) ?? "");
  const optional = (name: string) => (column(name) === undefined ? null : text(name));
  const attributes = optional("attributes");
  return {
    id: text("id"),
    time: timeOf(column),
    stage: text("stage") as Rejection["stage"],
    code: text("code") as RejectionCode,
    reason: text("reason"),
    topic: text("topic"),
    source: text("source"),
    payload: text("payload"),
    size: Number(column("size")),
    ...(attributes === null ? {} : { attributes: JSON.parse(attributes) }),
    adapter: optional("adapter"),
    device: optional("device"),
  };
}
