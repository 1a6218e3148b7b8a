import { type DuckDBConnection, INTEGER, VARCHAR } from "@duckdb/node-api";
import { scoreKey } from "@kota/model";
import type { ScoreId } from "../port.ts";
import { append, type Columns } from "./columns.ts";

/** One metric of one device: its number in the tables, and its newest value as far as this process knows it. */
export interface Series {
  readonly id: number;
  newestTime: number;
  newestValue: number;
}

export interface DeviceEntry {
  readonly id: number;
  /**
   * No reading of it is newer, of those that this process wrote or is writing; of those from before too once
   * {@link Identities.hasNewest}.
   */
  newestTime: number;
  readonly series: Map<string, Series>;
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
  readonly #seriesById: Series[] = [];
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
      entry?.series.set(String(metric), identities.#newSeries(Number(id)));
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

  series(device: DeviceEntry, metric: string): Series {
    const known = device.series.get(metric);
    if (known !== undefined) return known;
    const series = this.#newSeries(this.#seriesById.length);
    device.series.set(metric, series);
    addRow(this.#added.series, series.id, device.id, metric);
    return series;
  }

  deviceById(id: number): DeviceEntry | undefined {
    return this.#devicesById[id];
  }

  seriesById(id: number): Series | undefined {
    return this.#seriesById[id];
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
    const entry = { id, newestTime: Number.NEGATIVE_INFINITY, series: new Map<string, Series>() };
    this.devices.set(name, entry);
    this.#devicesById[id] = entry;
    return entry;
  }

  #newSeries(id: number): Series {
    const series = { id, newestTime: Number.NEGATIVE_INFINITY, newestValue: Number.NaN };
    this.#seriesById[id] = series;
    return series;
  }
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
