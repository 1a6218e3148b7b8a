import { BIGINT, DOUBLE, type DuckDBConnection, type DuckDBValue, INTEGER, VARCHAR } from "@duckdb/node-api";
import type { Reading, Rejection, RejectionCode, Score } from "@kota/model";
import { HOUR_MS, LATEST_LOOK_BACK_MS, MINUTE_MS, refusalReason, stepStart } from "../bounds.ts";
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
import { append } from "./columns.ts";
import { Database, type Row } from "./database.ts";
import { stepsOfDevices } from "./device-steps.ts";
import { Identities } from "./identities.ts";
import { merge, span } from "./merge.ts";
import { ReadingBatch } from "./reading-batch.ts";
import { prepareSchema } from "./schema.ts";
import { startOfStep, Where } from "./where.ts";

export interface DuckDbStoreOptions {
  /** Folder of the database; made when it is not there. One process at a time may use it. */
  readonly dir: string;
  /** Learns of an error that no call can report and that loses nothing: a last checkpoint that failed. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Opens the time series in a DuckDB file, in this process. A write resolves once DuckDB's write-ahead log is synced.
 *
 * @throws KotaError `data_locked` when another process has it open, `store_refused` when it cannot be opened.
 */
export async function openDuckDbStore(options: DuckDbStoreOptions): Promise<TimeSeriesStore> {
  return DuckDbStore.open(options.dir, options.onError ?? (() => {}));
}

class DuckDbStore implements TimeSeriesStore {
  readonly #database: Database;
  readonly #names: Names;
  readonly #onError: (error: unknown) => void;

  private constructor(database: Database, names: Names, onError: (error: unknown) => void) {
    this.#database = database;
    this.#names = names;
    this.#onError = onError;
  }

  static async open(dir: string, onError: (error: unknown) => void): Promise<DuckDbStore> {
    const names: Names = { identities: new Identities(), newest: null, stale: false };
    const database = await Database.open(dir, async (connection) => {
      await prepareSchema(connection);
      await reload(names, connection);
    });
    return new DuckDbStore(database, names, onError);
  }

  async writeReadings(readings: readonly Reading[]): Promise<readonly Refusal[]> {
    const refusals: Refusal[] = [];
    const accepted: Reading[] = [];
    for (const reading of readings) {
      const reason = refusalReason(reading);
      if (reason === null) accepted.push(reading);
      else refusals.push({ reading, reason });
    }
    if (accepted.length > 0) {
      await this.#write(async (connection, identities) => {
        const batch = new ReadingBatch(identities);
        for (const reading of accepted) batch.add(reading);
        await identities.save(connection);
        for (const rows of batch.newer) await append(connection, rows, null);
        for (const rows of batch.others) await merge(connection, rows, batch.slices);
        return () => batch.noteNewest();
      });
      // From then on nearly all is appended instead of merged. Where it fails the next write asks again.
      if (!this.#names.identities.hasNewest) this.#withNewest().catch(() => {});
    }
    return refusals;
  }

  async writeScores(scores: readonly Score[]): Promise<void> {
    if (scores.length === 0) return;
    await this.#write(async (connection, identities) => {
      const minutes = scores.map((score) => stepStart(score.at, MINUTE_MS));
      const values: DuckDBValue[][] = [
        scores.map((score) => identities.score(score)),
        minutes.map(BigInt),
        scores.map((score) => score.score),
        scores.map((score) => score.value),
        scores.map((score) => score.coverage),
      ];
      await identities.save(connection);
      await merge(
        connection,
        { table: "score_batch", types: [INTEGER, BIGINT, DOUBLE, DOUBLE, DOUBLE], values },
        [span(minutes.map((minute) => ({ from: minute, to: minute })))],
      );
      return nothingMore;
    });
  }

  async writeRejections(rejections: readonly Rejection[]): Promise<void> {
    if (rejections.length === 0) return;
    await this.#write(async (connection) => {
      const column = (of: (rejection: Rejection) => DuckDBValue) => rejections.map(of);
      await merge(
        connection,
        {
          table: "rejection_batch",
          types: [
            ...[VARCHAR, BIGINT, VARCHAR, VARCHAR, VARCHAR, VARCHAR],
            ...[VARCHAR, VARCHAR, BIGINT, VARCHAR, VARCHAR, VARCHAR],
          ],
          values: [
            column((r) => r.id),
            column((r) => BigInt(r.time)),
            column((r) => r.stage),
            column((r) => r.code),
            column((r) => r.reason),
            column((r) => r.topic),
            column((r) => r.source),
            column((r) => r.payload),
            column((r) => BigInt(r.size)),
            column((r) => (r.attributes === undefined ? null : JSON.stringify(r.attributes))),
            column((r) => r.adapter),
            column((r) => r.device),
          ],
        },
        [span(rejections.map(({ time }) => ({ from: time, to: time })))],
      );
      return nothingMore;
    });
  }

  async countReadings(query: Partial<TimeRange> & { readonly device?: string } = {}): Promise<number> {
    const where = this.#ofDevice(new Where().range("time", query), query.device);
    const [row] = await this.#read(`SELECT count(*) FROM readings ${where.sql}`, where);
    return Number(row?.[0]);
  }

  async countByHour(query: TimeRange & { readonly device?: string }): Promise<readonly HourCount[]> {
    const where = this.#ofDevice(new Where().range("time", query), query.device).value("step", HOUR_MS);
    const rows = await this.#read(
      `SELECT d.name, hour, n FROM (
         SELECT device, ${startOfStep("time")} AS hour, count(*) AS n FROM readings ${where.sql} GROUP BY device, hour
       ) JOIN devices d ON d.id = device`,
      where,
    );
    return rows.map(([device, hour, count]) => ({
      device: String(device),
      hour: Number(hour),
      count: Number(count),
    }));
  }

  async readingTimes(query: TimeRange & { readonly device: string }): Promise<readonly number[]> {
    const where = this.#ofDevice(new Where().range("time", query), query.device);
    const rows = await this.#read(`SELECT time FROM readings ${where.sql} ORDER BY time`, where);
    return rows.map(([time]) => Number(time));
  }

  async latest(device?: string): Promise<readonly LatestValue[]> {
    const { devices, newest } = await this.#withNewest();
    const names = device === undefined ? [...devices.keys()].sort() : [device];
    const latest: LatestValue[] = [];
    for (const name of names) {
      const { metrics = [], series = [] } = devices.get(name) ?? {};
      metrics.forEach((metric, index) => {
        const id = series[index] ?? -1;
        const time = newest.time(id);
        if (time > Number.NEGATIVE_INFINITY)
          latest.push({ device: name, metric, time, value: newest.value(id) });
      });
    }
    return latest;
  }

  async latestAt(time: number): Promise<readonly LatestValue[]> {
    const where = new Where().range("time", { from: time + 1 - LATEST_LOOK_BACK_MS, to: time + 1 });
    const rows = await this.#read(
      `SELECT d.name, s.metric, l.time, l.value
       FROM (SELECT series, max(time) AS time, arg_max(value, time) AS value
             FROM measurements ${where.sql} GROUP BY series) l
       JOIN series s ON s.id = l.series JOIN devices d ON d.id = s.device
       ORDER BY d.name, s.id`,
      where,
    );
    return rows.map(([device, metric, at, value]) => ({
      device: String(device),
      metric: String(metric),
      time: Number(at),
      value: Number(value),
    }));
  }

  async series(query: SeriesQuery): Promise<readonly SeriesPoint[]> {
    const series = this.#names.identities.findSeries(query.device, query.metric);
    const where = new Where()
      .equals("series", series ?? -1, INTEGER)
      .range("time", query)
      .value("limit", query.limit);
    if (query.stepMs === null) {
      const rows = await this.#read(
        `SELECT time, value FROM measurements ${where.sql} ORDER BY time LIMIT $limit`,
        where,
      );
      return rows.map(([time, value]) => onePoint(Number(time), Number(value)));
    }
    where.value("step", query.stepMs);
    const rows = await this.#read(
      `SELECT ${startOfStep("time")} AS start, count(*), avg(value), min(value), max(value), arg_max(value, time)
       FROM measurements ${where.sql} GROUP BY start ORDER BY start LIMIT $limit`,
      where,
    );
    return rows.map(([time, count, mean, min, max, last]) => ({
      time: Number(time),
      count: Number(count),
      mean: Number(mean),
      min: Number(min),
      max: Number(max),
      last: Number(last),
    }));
  }

  stepsOfDevices(query: DeviceStepsQuery): Promise<readonly DeviceStep[]> {
    return stepsOfDevices((sql, where) => this.#read(sql, where), this.#names.identities, query);
  }

  async scoreHistory(query: ScoreHistoryQuery): Promise<readonly ScorePoint[]> {
    const where = new Where()
      .equals("series", this.#names.identities.findScore(query) ?? -1, INTEGER)
      .range("minute", query)
      .value("limit", query.limit)
      .value("step", query.stepMs ?? MINUTE_MS);
    // As one value: `arg_max` passes over what is null, and the last score may be none.
    const rows = await this.#read(
      `SELECT start, last.score, last.value, last.coverage, mean, low, high
       FROM (SELECT ${startOfStep("minute")} AS start,
               arg_max({ 'score': score, 'value': value, 'coverage': coverage }, minute) AS last,
               avg(score) AS mean, min(score) AS low, max(score) AS high
             FROM scores ${where.sql} GROUP BY start)
       ORDER BY start LIMIT $limit`,
      where,
    );
    return rows.map(([time, score, value, coverage, mean, min, max]) => ({
      time: Number(time),
      score: numberOrNull(score),
      value: numberOrNull(value),
      coverage: Number(coverage),
      mean: numberOrNull(mean),
      min: numberOrNull(min),
      max: numberOrNull(max),
    }));
  }

  async rejections(query: RejectionQuery): Promise<readonly Rejection[]> {
    const where = new Where().range("time", query).value("limit", query.limit);
    for (const column of ["code", "adapter", "device", "topic"] as const) {
      const value = query[column];
      if (value !== undefined) where.equals(column, value, VARCHAR);
    }
    if (query.before !== undefined) where.before(query.before);
    const rows = await this.#read(
      `SELECT id, time, stage, code, reason, topic, source, payload, size, attributes, adapter, device
       FROM rejections ${where.sql} ORDER BY time DESC, id DESC LIMIT $limit`,
      where,
    );
    return rows.map(rejectionOf);
  }

  async countRejections(range: Partial<TimeRange> = {}): Promise<ReadonlyMap<RejectionCode, number>> {
    const where = new Where().range("time", range);
    const rows = await this.#read(
      `SELECT code, count(*) FROM rejections ${where.sql} GROUP BY code ORDER BY code`,
      where,
    );
    return new Map(rows.map(([code, count]) => [String(code) as RejectionCode, Number(count)]));
  }

  async check(): Promise<void> {
    await this.#database.read("SELECT 1");
  }

  close(): Promise<void> {
    return this.#database.close(this.#onError);
  }

  /** `work` returns what is to be done once its transaction is on disk. */
  async #write(
    work: (connection: DuckDBConnection, identities: Identities) => Promise<() => void>,
  ): Promise<void> {
    const names = this.#names;
    try {
      const stored = await this.#database.write(async (connection) => {
        if (names.stale) await reload(names, connection);
        return work(connection, names.identities);
      });
      stored();
    } catch (error) {
      // Some names may have got a number that was never stored.
      names.stale = true;
      throw error;
    }
  }

  #ofDevice(where: Where, device: string | undefined): Where {
    if (device === undefined) return where;
    return where.equals("device", this.#names.identities.devices.get(device)?.id ?? -1, INTEGER);
  }

  async #read(sql: string, where: Where): Promise<readonly Row[]> {
    return this.#database.read(sql, where.values, where.types);
  }

  /** Reads the newest value of every series once; from then on each write keeps it. */
  async #withNewest(): Promise<Identities> {
    const names = this.#names;
    const { identities } = names;
    names.newest ??= this.#loadNewest(identities);
    const loading = names.newest;
    try {
      await loading;
    } catch (error) {
      if (names.newest === loading) names.newest = null;
      throw error;
    }
    return identities;
  }

  async #loadNewest(identities: Identities): Promise<void> {
    const newest = await this.#database.read("SELECT device, max(time) FROM readings GROUP BY device");
    for (const [id, time] of newest) {
      const device = identities.deviceById(Number(id));
      if (device !== undefined) device.newestTime = Math.max(device.newestTime, Number(time));
    }
    const rows = await this.#database.read(
      "SELECT series, max(time), arg_max(value, time) FROM measurements GROUP BY series",
    );
    for (const [id, time, value] of rows) {
      // A write that ended meanwhile knows better.
      if (Number(time) > identities.newest.time(Number(id)))
        identities.newest.set(Number(id), Number(time), Number(value));
    }
    identities.hasNewest = true;
  }
}

/** What is held in memory of the names in the database. */
interface Names {
  identities: Identities;
  newest: Promise<void> | null;
  /** To be read again before the next write. */
  stale: boolean;
}

async function reload(names: Names, connection: DuckDBConnection): Promise<void> {
  names.identities = await Identities.load(connection);
  names.newest = null;
  names.stale = false;
}

function nothingMore(): void {}

function numberOrNull(cell: Row[number] | undefined): number | null {
  return cell == null ? null : Number(cell);
}

function onePoint(time: number, value: number): SeriesPoint {
  return { time, count: 1, mean: value, min: value, max: value, last: value };
}

function rejectionOf(row: Row): Rejection {
  const [id, time, stage, code, reason, topic, source, payload, size, attributes, adapter, device] = row;
  return {
    id: String(id),
    time: Number(time),
    stage: String(stage) as Rejection["stage"],
    code: String(code) as RejectionCode,
    reason: String(reason),
    topic: String(topic),
    source: String(source),
    payload: String(payload),
    size: Number(size),
    ...(typeof attributes === "string" ? { attributes: JSON.parse(attributes) } : {}),
    adapter: typeof adapter === "string" ? adapter : null,
    device: typeof device === "string" ? device : null,
  };
}
