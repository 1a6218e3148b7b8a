import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { KotaError } from "@kota/model";
import { loadCity } from "@kota/runtime";
import { EXAMPLE_CITY } from "../settings.ts";

interface InitOptions {
  readonly name?: string;
  readonly timeZone: string;
  readonly center: string;
}

const METRES_PER_DEGREE = 111_320;
const HALF_SIDE_M = 2000;

/** `kota init <folder>`: a new city with one square area, no devices and the shipped score model. */
export function init(folder: string, options: InitOptions): void {
  const dir = resolve(folder);
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new KotaError("bad_request", `${dir} is not empty. Name a folder that does not exist yet.`);
  }
  const name = options.name ?? basename(dir);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "city.yaml"), citySettings(name, options.timeZone));
  writeFileSync(join(dir, "areas.geojson"), `${JSON.stringify(areas(options.center), null, 2)}\n`);
  writeFileSync(join(dir, "devices.csv"), "id,name,kind,adapter,native_id,area,lat,lon,origin,attribution\n");
  copyFileSync(join(EXAMPLE_CITY, "scores.yaml"), join(dir, "scores.yaml"));
  mkdirSync(join(dir, "reports"));
  writeFileSync(join(dir, "reports", "README.md"), REPORTS_README);
  loadCity(dir);
  console.log(`${name} is in ${dir}
  city.yaml      name, time zone, limits, whose devices may introduce themselves
  areas.geojson  one square to start with; draw your districts, with id, name and population
  devices.csv    one line a device; what is sent by others shows up in /v1/rejections as unknown_device
  scores.yaml    the score model, commented; an indicator 'from: reports' waits for somebody to report it
  reports/       put tables of reports here (CSV), or hand them in with 'kota report'

Run it:  KOTA_CITY=${folder} kota start`);
}

const REPORTS_README = `# Reports

Values of indicators that are reported and not measured, one table or more, as CSV with this header line:

    indicator,area,value,unit,period,author,date,evidence,quality,source,note

- indicator: one that is 'from: reports' in scores.yaml; area: an area's id, or 'city'
- period: 2026, 2026-Q3, 2026-10, 2026-10-05, or from/to (the second day does not belong to it); or last-year, last-quarter, last-month
- date: the day on which the author states it, if left out the first after the period; evidence: an https link, needed for the classes A to C
- quality: A official statistic, B complete register, C sample or survey, D estimate

They are read when kota starts. A row that is changed corrects the earlier one, which stays readable.
`;

function citySettings(name: string, timeZone: string): string {
  return `name: ${JSON.stringify(name)}
description: ""
# Device times without a zone are in it, and days begin in it.
timeZone: ${timeZone}
locale: en

mqtt:
  # Topic filters that are taken in.
  subscribe: ["#"]

limits:
  maxPayloadBytes: 262144
  # A device's clock may be ahead by this much, and a reading this old.
  maxFutureSeconds: 300
  maxAgeDays: 30

devices:
  # Topic filters on which a device that is not in devices.csv is taken in as it is, for example ["tele/#"].
  adopt: []

quotas:
  # Messages a minute that a device may send; what is beyond is held back as rejections and can be replayed. null: no limit.
  perMinute: 6000
  devices: {}
`;
}

function areas(center: string): object {
  const [lat = Number.NaN, lon = Number.NaN] = center.split(",").map(Number);
  if (!(Math.abs(lat) <= 85 && Math.abs(lon) <= 180)) {
    throw new KotaError(
      "bad_request",
      `--center: expected latitude,longitude such as -6.2,106.8, got '${center}'.`,
    );
  }
  const north = HALF_SIDE_M / METRES_PER_DEGREE;
  const east = north / Math.cos((lat * Math.PI) / 180);
  const corner = (x: number, y: number) => [round(lon + x * east), round(lat + y * north)];
  return {
    type: "FeatureCollection",
    features: [
      {
        type: "Feature",
        properties: { id: "centre", name: "Centre", population: 10_000 },
        geometry: {
          type: "Polygon",
          coordinates: [[corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1), corner(-1, -1)]],
        },
      },
    ],
  };
}

function round(degrees: number): number {
  return Math.round(degrees * 1e5) / 1e5;
}
