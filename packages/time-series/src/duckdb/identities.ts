import { type DuckDBConnection, INTEGER, VARCHAR } from "@duckdb/node-api";
import { scoreKey } from "@kota/model";
import type { ScoreId } from "../port.ts";
import { append, type Columns } from "./columns.ts";
import { NewestOfSeries } from "./newest-of-series.ts";

export interface DeviceEntry {
  readonly id: number;
  /**
   * No reading of it is newer, of those that this process wrote or is writing; of those from before too once
   * {@link Identities.hasNewest}.
   */
  newestTime: number;
  /** Few: they are found sooner, and in a fifth of the memory, by looking along them than in a map. */
  metrics: readonly string[];
  /** The numbers of its series in the tables, in the order of its metrics. */
  series: readonly number[];
}

interface Added {
  readonly devices: Columns;
  readonly series: Columns;
  readonly adapters: Columns;
  readonly scoreSeries: Columns;
}

/**
 * The numbers that stand for names in the tables, in memory. A name that comes for the first time gets its number at
 * once; `save` must be part of the transaction that uses it.
 */
export class Identities {
  readonly devices = new Map<string, DeviceEntry>();
  /** Every device and series knows its newest reading, also from before this process began. */
  hasNewest = false;
  readonly #adapters = new Map<string, number>();
  readonly #scores = new Map<string, number>();
  readonly newest = new NewestOfSeries();
  #seriesCount = 0;
  readonly #devicesById: DeviceEntry[] = [];
  #added = nothingAdded();

  static async load(connection: DuckDBConnection): Promise<Identities> {
    const identities = new Identities();
    const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
    const names: string[] = [];
    for (const [id, name] of await rows("SELECT id, name FROM devices ORDER BY id")) {
      names[Number(id)] = String(name);
      identities.#newDevice(String(name), Number(id));
    }
    for (const [id, device, metric] of await rows("SELECT id, device, metric FROM series ORDER BY id")) {
      const entry = identities.devices.get(names[Number(device)] ?? "");
      if (entry) addSeries(entry, String(metric), Number(id));
      identities.#seriesCount = Number(id) + 1;
    }
    for (const [id, name] of await rows("SELECT id, name FROM adapters ORDER BY id")) {
      identities.#adapters.set(String(name), Number(id));
    }
    const text = (value: unknown) => (value === null ? "" : String(value));
    for (const [id, area, dimension, aspect, indicator] of await rows(
      "SELECT id, area, dimension, aspect, indicator FROM score_series ORDER BY id",
    )) {
      identities.#scores.set([area, dimension, aspect, indicator].map(text).join("/"), Number(id));
    }
    return identities;
  }

  device(name: string): DeviceEntry {
    const known = this.devices.get(name);
    if (known !== undefined) return known;
    const entry = this.#newDevice(name, this.devices.size);
    addRow(this.#added.devices, entry.id, name);
    return entry;
  }

  series(device: DeviceEntry, metric: string): number {
    const known = device.series[device.metrics.indexOf(metric)];
    if (known !== undefined) return known;
    const id = this.#seriesCount++;
    addSeries(device, metric, id);
    addRow(this.#added.series, id, device.id, metric);
    return id;
  }

  findSeries(device: string, metric: string): number | undefined {
    const entry = this.devices.get(device);
    return entry?.series[entry.metrics.indexOf(metric)];
  }

  deviceById(id: number): DeviceEntry | undefined {
    return this.#devicesById[id];
  }

  adapter(name: string): number {
    const known = this.#adapters.get(name);
    if (known !== undefined) return known;
    const id = this.#adapters.size;
    this.#adapters.set(name, id);
    addRow(this.#added.adapters, id, name);
    return id;
  }

  score(score: ScoreId): number {
    const known = this.findScore(score);
    if (known !== undefined) return known;
    const id = this.#scores.size;
    this.#scores.set(scoreKey(score), id);
    addRow(this.#added.scoreSeries, id, score.area, score.dimension, score.aspect, score.indicator);
    return id;
  }

  findScore(score: ScoreId): number | undefined {
    return this.#scores.get(scoreKey(score));
  }

  /** Writes the names that were added since the last time. */
  async save(connection: DuckDBConnection): Promise<void> {
    const added = this.#added;
    this.#added = nothingAdded();
    for (const columns of Object.values(added)) await append(connection, columns, null);
  }

  #newDevice(name: string, id: number): DeviceEntry {
    const entry: DeviceEntry = { id, newestTime: Number.NEGATIVE_INFINITY, metrics: [], series: [] };
    this.devices.set(name, entry);
    this.#devicesById[id] = entry;
    return entry;
  }
}

/** Lists of their own length: what is pushed to, or spread with one more, has room for 17, in every one of 100,000 devices. */
function addSeries(device: DeviceEntry, metric: string, id: number): void {
  device.metrics = device.metrics.concat(metric);
  device.series = device.series.concat(id);
}

function nothingAdded(): Added {
  return {
    devices: { table: "devices", types: [INTEGER, VARCHAR], values: [[], []] },
    series: { table: "series", types: [INTEGER, INTEGER, VARCHAR], values: [[], [], []] },
    adapters: { table: "adapters", types: [INTEGER, VARCHAR], values: [[], []] },
    scoreSeries: {
      table: "score_series",
      types: [INTEGER, VARCHAR, VARCHAR, VARCHAR, VARCHAR],
      values: [[], [], [], [], []],
    },
  };
}

function addRow(columns: Columns, ...row: (number | string | null)[]): void {
  for (const [index, value] of row.entries()) columns.values[index]?.push(value);
}
