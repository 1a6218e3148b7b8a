import { KotaError, METRICS, metric } from "@kota/model";

/** How rows are to be understood, as the options say. */
export interface MappingOptions {
  /** Column of the device's id. Default `device`. */
  readonly device?: string | undefined;
  /** Every row is of this device. */
  readonly deviceId?: string | undefined;
  /** Column of the time. Default `time`. */
  readonly time?: string | undefined;
  /** Times are Unix seconds. */
  readonly unixSeconds?: boolean | undefined;
  /** Columns of a long form, one value a row. Defaults `metric` and `value`. */
  readonly metric?: string | undefined;
  readonly value?: string | undefined;
  /** `column=metric`. */
  readonly map?: readonly string[] | undefined;
  /** Columns that are left; `*`: all that are no metric. */
  readonly ignore?: readonly string[] | undefined;
}

/** A row as kota JSON, or what is wrong with it. */
type MappedRow =
  | {
      readonly body: {
        readonly device: string;
        readonly time: string | number;
        readonly values: Record<string, unknown>;
      };
    }
  | { readonly problem: string };

/** What a column says of a reading. */
export type Role = "device" | "time" | "metric" | "unit" | "value";

/** A cell of a table, or a member of a JSON object. */
export type Row = Readonly<Record<string, unknown>>;

export interface Mapping {
  /**
   * Checks the columns of a table once, before any row.
   * @throws KotaError `bad_request` that names what is missing or unknown.
   */
  checkColumns(columns: readonly string[]): void;
  /** What each column of a table is for; those that are left are not in it. */
  rolesOf(columns: readonly string[]): ReadonlyMap<string, Role>;
  map(row: Row): MappedRow;
}

/** @throws KotaError `bad_request` for a mapping to a metric that there is not. */
export function createMapping(options: MappingOptions): Mapping {
  const deviceColumn = options.device ?? "device";
  const timeColumn = options.time ?? "time";
  const metricColumn = options.metric ?? "metric";
  const valueColumn = options.value ?? "value";
  const names = new Map((options.map ?? []).map(parseMap));
  const ignored = new Set(options.ignore ?? []);

  /** The metric of a column; null: the column is left; undefined: nobody said what it is. */
  function metricOf(column: string): string | null | undefined {
    const mapped = names.get(column);
    if (mapped !== undefined) return mapped;
    if (ignored.has(column)) return null;
    if (metric(column) !== undefined) return column;
    return ignored.has("*") ? null : undefined;
  }

  const isKey = (column: string) =>
    column === timeColumn || (column === deviceColumn && options.deviceId === undefined);

  function mapLong(row: Row, device: string, time: string | number): MappedRow {
    const name = String(row[metricColumn]);
    const known = names.get(name) ?? name;
    const unit = row.unit;
    const expected = metric(known)?.unit;
    if (typeof unit === "string" && unit !== "" && expected !== undefined && unit !== expected) {
      return { problem: `the unit is '${unit}', and ${known} is in '${expected}': convert the values first` };
    }
    const value = numberOf(row[valueColumn]);
    if (value === undefined) return { problem: "there is no value" };
    return { body: { device, time, values: { [known]: value } } };
  }

  return {
    checkColumns(columns) {
      const has = (column: string) => columns.includes(column);
      if (!has(timeColumn)) {
        throw new KotaError(
          "bad_request",
          `There is no column '${timeColumn}'; name that of the time with --time. There are ${columns.join(", ")}.`,
        );
      }
      if (options.deviceId === undefined && !has(deviceColumn)) {
        throw new KotaError(
          "bad_request",
          `There is no column '${deviceColumn}'; name that of the device with --device, or the one device of the file with --device-id. There are ${columns.join(", ")}.`,
        );
      }
      if (has(metricColumn) && has(valueColumn)) return;
      const unknown = columns.filter((column) => !isKey(column) && metricOf(column) === undefined);
      if (unknown.length > 0) {
        throw new KotaError(
          "bad_request",
          `No metric has the name of the ${unknown.length === 1 ? "column" : "columns"} ${unknown.map((one) => `'${one}'`).join(", ")}. Say which one it is with --map ${unknown[0]}=<metric> (one of ${Object.keys(METRICS).join(", ")}), or leave it with --ignore ${unknown[0]}.`,
        );
      }
      if (!columns.some((column) => !isKey(column) && typeof metricOf(column) === "string")) {
        throw new KotaError("bad_request", "No column is a metric: there is nothing to import.");
      }
    },
    rolesOf(columns) {
      const long = columns.includes(metricColumn) && columns.includes(valueColumn);
      const roleOf = (column: string): Role | undefined => {
        if (column === timeColumn) return "time";
        if (isKey(column)) return "device";
        if (!long) return typeof metricOf(column) === "string" ? "value" : undefined;
        if (column === metricColumn) return "metric";
        if (column === valueColumn) return "value";
        return column === "unit" ? "unit" : undefined;
      };
      return new Map(
        columns.flatMap((column) => {
          const role = roleOf(column);
          return role === undefined ? [] : [[column, role] as const];
        }),
      );
    },
    map(row) {
      const device = options.deviceId ?? textOf(row[deviceColumn]);
      if (device === undefined) return { problem: `there is no device in '${deviceColumn}'` };
      const time = timeOf(row[timeColumn], options.unixSeconds === true);
      if (time === undefined) return { problem: `there is no time in '${timeColumn}'` };
      if (isObject(row.values)) return { body: { device, time, values: row.values } };
      if (Object.hasOwn(row, metricColumn) && Object.hasOwn(row, valueColumn))
        return mapLong(row, device, time);
      const values: Record<string, unknown> = {};
      for (const column of Object.keys(row)) {
        if (isKey(column)) continue;
        const name = metricOf(column);
        if (name === undefined) return { problem: `'${column}' is no metric; use --map or --ignore` };
        if (name === null) continue;
        const value = numberOf(row[column]);
        if (value !== undefined) values[name] = value;
      }
      return { body: { device, time, values } };
    },
  };
}

function parseMap(text: string): [column: string, metric: string] {
  const at = text.lastIndexOf("=");
  const name = text.slice(at + 1);
  if (at < 1 || metric(name) === undefined) {
    throw new KotaError(
      "bad_request",
      `--map: expected <column>=<metric>, and got '${text}'. The metrics are ${Object.keys(METRICS).join(", ")}.`,
    );
  }
  return [text.slice(0, at), name];
}

function textOf(cell: unknown): string | undefined {
  if (typeof cell === "number") return String(cell);
  return typeof cell === "string" && cell !== "" ? cell : undefined;
}

/** Text of digits is Unix milliseconds; any other text is left to the adapter. */
function timeOf(cell: unknown, seconds: boolean): string | number | undefined {
  const text = textOf(cell);
  if (text === undefined) return undefined;
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text;
  return seconds ? Math.round(Number(text) * 1000) : Number(text);
}

/** Undefined for an empty cell. What is no number stays what it is, for the adapter to say so. */
function numberOf(cell: unknown): unknown {
  if (cell === "" || cell === null || cell === undefined) return undefined;
  if (typeof cell !== "string") return cell;
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(cell) ? Number(cell) : cell;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
