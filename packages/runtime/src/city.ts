import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join, resolve } from "node:path";
import { Areas, type City, CitySettings, Device, Ground, KotaError, messageOf } from "@kota/model";
import { parse as parseCsv } from "csv-parse/sync";
import { parseDocument } from "yaml";
import type { z } from "zod";

const COLUMNS: Record<string, keyof Device> = {
  id: "id",
  name: "name",
  kind: "kind",
  adapter: "adapter",
  native_id: "nativeId",
  codec: "codec",
  area: "area",
  lat: "lat",
  lon: "lon",
  moves: "moves",
  origin: "origin",
  attribution: "attribution",
};

const YES_OR_NO: Readonly<Record<string, boolean>> = { yes: true, no: false, true: true, false: false };

/** How an archive of map tiles begins: its name, and the only version that is read. */
const PMTILES_3 = Buffer.from("PMTiles\x03", "latin1");

/**
 * Reads a city's folder.
 * @throws KotaError `city_invalid` that names file, line or key, what was expected and what came.
 */
export function loadCity(dir: string): City {
  const settings = check("city.yaml", CitySettings, parseYaml(read(dir, "city.yaml")));
  const areas = check("areas.geojson", Areas, parseJson("areas.geojson", read(dir, "areas.geojson")));
  const areaIds = new Set(areas.features.map((feature) => feature.properties.id));
  if (areaIds.size !== areas.features.length) throw invalid("areas.geojson", "two areas have the same id");
  const devices = parseDevices(read(dir, "devices.csv"), areaIds);
  const reportTables = readTables(dir);
  const archive = settings.map.pmtiles?.from;
  return {
    settings,
    areas,
    ...(existsSync(join(dir, "ground.geojson"))
      ? { ground: check("ground.geojson", Ground, parseJson("ground.geojson", read(dir, "ground.geojson"))) }
      : {}),
    ...(archive === undefined || URL.canParse(archive) ? {} : { mapArchive: findArchive(dir, archive) }),
    devices,
    scoreModel: read(dir, "scores.yaml"),
    ...(reportTables.length > 0 ? { reportTables } : {}),
    ...(existsSync(join(dir, "polls.yaml")) ? { polls: read(dir, "polls.yaml") } : {}),
    ...(existsSync(join(dir, "alerts.yaml")) ? { alerts: read(dir, "alerts.yaml") } : {}),
  };
}

function findArchive(dir: string, name: string): string {
  const path = resolve(dir, name);
  const beginning = Buffer.alloc(PMTILES_3.length);
  try {
    const file = openSync(path, "r");
    try {
      readSync(file, beginning);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw invalid("city.yaml", `map.pmtiles.from: the city's folder has no readable ${name}`, cause);
  }
  if (!beginning.equals(PMTILES_3)) {
    throw invalid("city.yaml", `map.pmtiles.from: ${name} is not a PMTiles archive of version 3`);
  }
  return path;
}

function readTables(dir: string): { name: string; text: string }[] {
  if (!existsSync(join(dir, "reports"))) return [];
  return readdirSync(join(dir, "reports"))
    .filter((file) => file.endsWith(".csv"))
    .sort()
    .map((file) => ({ name: `reports/${file}`, text: read(dir, join("reports", file)) }));
}

/** Parses `devices.csv`: a header line, then one device a line. Empty cells are 'not known'. */
export function parseDevices(text: string, areaIds: ReadonlySet<string>): Device[] {
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parseCsv(text, {
      columns: true,
      info: true,
      bom: true,
      trim: true,
      skip_empty_lines: true,
    }) as never;
  } catch (cause) {
    throw invalid("devices.csv", messageOf(cause), cause);
  }
  const seen = new Map<string, number>();
  return rows.map(({ record, info }) => {
    const file = `devices.csv line ${info.lines}`;
    const row: Record<string, unknown> = {
      adapter: null,
      nativeId: null,
      area: null,
      lat: null,
      lon: null,
      attribution: null,
    };
    for (const [column, cell] of Object.entries(record)) {
      const key = COLUMNS[column];
      if (!key)
        throw invalid(
          file,
          `there is no column '${column}'; the columns are ${Object.keys(COLUMNS).join(", ")}`,
        );
      if (cell === "") continue;
      row[key] =
        key === "lat" || key === "lon" ? Number(cell) : key === "moves" ? (YES_OR_NO[cell] ?? cell) : cell;
    }
    row.origin ??= "live";
    const device = check(file, Device, row);
    if (device.area !== null && !areaIds.has(device.area)) {
      throw invalid(
        file,
        `device '${device.id}' is in area '${device.area}', which areas.geojson does not have`,
      );
    }
    const earlier = seen.get(device.id);
    if (earlier !== undefined) throw invalid(file, `device '${device.id}' already stands in line ${earlier}`);
    seen.set(device.id, info.lines);
    return device;
  });
}

function read(dir: string, name: string): string {
  try {
    return readFileSync(join(dir, name), "utf8");
  } catch (cause) {
    throw new KotaError(
      "city_invalid",
      `The city folder ${dir} has no readable ${name}. Set KOTA_CITY to a city's folder.`,
      {
        cause,
      },
    );
  }
}

function parseYaml(text: string): unknown {
  const document = parseDocument(text);
  const error = document.errors[0];
  if (error) throw invalid("city.yaml", error.message, error);
  return document.toJS() ?? {};
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(file, messageOf(cause), cause);
  }
}

function check<S extends z.ZodType>(file: string, schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.join(".") || "(whole)"}: ${issue.message}`,
  );
  throw invalid(file, problems.join("; "));
}

function invalid(file: string, problem: string, cause?: unknown): KotaError {
  return new KotaError("city_invalid", `${file}: ${problem}`, { cause });
}
