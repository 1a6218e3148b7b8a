import type { MetricName } from "@kota/model";
import { BoundedMap } from "./bounded-map.ts";

/** What a field of a decoded payload measures when its maker names it as most do. */
export interface CommonName {
  readonly metric: MetricName;
  /** Into the unit of the catalogue. */
  readonly convert?: (value: number) => number;
  /** The field is never of the device's surroundings: it always has a channel of its own. */
  readonly channel?: string;
}

const fahrenheit = (value: number): number => ((value - 32) * 5) / 9;
const times =
  (factor: number) =>
  (value: number): number =>
    value * factor;

/** hPa, kPa and Pa of air on Earth do not overlap, so that the magnitude tells them apart. */
export function hectopascal(value: number): number {
  if (value >= 30_000) return value / 100;
  return value >= 30 && value < 120 ? value * 10 : value;
}

/** Volts of a battery stay below 60; what is above 500 is millivolts. */
export function batteryVolt(value: number): number {
  return value > 500 ? value / 1000 : value;
}

const NAMES = new Map<string, CommonName>();

function names(list: string, entry: CommonName): void {
  addNames(NAMES, list, entry);
}

/** Names as they are compared: see below. */
export function addNames<T>(table: Map<string, T>, list: string, entry: T): void {
  for (const name of list.split(" ")) table.set(name, entry);
}

// Names are compared without case and separators; a decimal point between digits is a `p`: `PM2.5` is `pm2p5`.
names("pm1 pm1p0", { metric: "pm1" });
names("pm25 pm2p5", { metric: "pm2_5" });
names("pm4 pm4p0", { metric: "pm4" });
names("pm10 pm10p0", { metric: "pm10" });
names("co2 co2ppm carbondioxide co2concentration", { metric: "co2" });
names(
  "temperature temp tempc temperaturec airtemperature temperatureair airtemp tempair ambienttemperature ambienttemp outdoortemperature temperaturesensor tempcsht",
  { metric: "temperature" },
);
names("temperaturef tempf", { metric: "temperature", convert: fahrenheit });
names("soiltemperature temperaturesoil soiltemp", { metric: "temperature", channel: "soil" });
names("watertemperature temperaturewater watertemp", { metric: "temperature", channel: "water" });
names("tempcds tempcds18b20 tempds18b20", { metric: "temperature", channel: "probe" });
names(
  "internaltemperature chiptemperature boardtemperature devicetemperature cputemperature mcutemperature",
  {
    metric: "device_temperature",
  },
);
names(
  "humidity hum humi humiditypercent humiditypercentage rh relativehumidity humidityair airhumidity ambienthumidity humiditysensor humsht",
  {
    metric: "humidity",
  },
);
names("pressure airpressure barometricpressure atmosphericpressure barometer baro", {
  metric: "pressure",
  convert: hectopascal,
});
names("windspeed windspeedms", { metric: "wind_speed" });
names("windgust windgustspeed gustspeed", { metric: "wind_gust" });
names("winddirection winddir winddirectiondeg", { metric: "wind_direction" });
names("uvindex", { metric: "uv_index" });
names("solarradiation globalradiation solarirradiance", { metric: "solar_radiation" });
names("soilmoisture soilhumidity humiditysoil moisturesoil", { metric: "soil_moisture" });
names("peoplecount", { metric: "people_count" });
names("illuminance illumination illum illuminancesensor luminosity lux light lightintensity ambientlight", {
  metric: "illuminance",
});
names("laeq leq noiselaeq", { metric: "noise_laeq" });
names("lamin lafmin noiselamin", { metric: "noise_la_min" });
names("lamax lafmax noiselamax", { metric: "noise_la_max" });
names(
  "filllevel fillinglevel fillpercent fillpercentage filllevelpercent levelpercentage levelpercent fillratio fullness fullnesspercent",
  {
    metric: "fill_level",
  },
);
names("distance distancemm", { metric: "distance" });
names("distancecm", { metric: "distance", convert: times(10) });
names("distancem", { metric: "distance", convert: times(1000) });
names(
  "battery batt batterylevel batterypercent batterypercentage batteryperc batterypct batterycapacitypercentage",
  { metric: "battery" },
);
names(
  "batteryvoltage batteryv battv batv vbat vbatt batvolt batterymv battmv batmv batteryvoltagemv vbatmv",
  {
    metric: "battery_voltage",
    convert: batteryVolt,
  },
);
names("energy energytotal totalenergy energykwh activeenergy totalactiveenergy activeenergyimport", {
  metric: "energy_total",
});
names("energywh totalenergywh", { metric: "energy_total", convert: times(0.001) });
names("power activepower activepow powerw", { metric: "power" });
names("powerkw activepowerkw", { metric: "power", convert: times(1000) });
names("apparentpower", { metric: "apparent_power" });
names("reactivepower", { metric: "reactive_power" });
names("powerfactor", { metric: "power_factor" });
names("voltage voltagev", { metric: "voltage" });
names("current currenta", { metric: "current" });
names("currentma", { metric: "current", convert: times(0.001) });
names("frequency frequencyhz freq", { metric: "frequency" });

/** A name without case and separators. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/(\d)[._](?=\d)/g, "$1p")
    .replaceAll(/[^a-z0-9]/g, "");
}

const NUMBERED = /^(.+?)p?(\d{1,3})$/;

/** The meaning of a name, with the number of its channel when it ends in one. */
export interface Found<T = CommonName> {
  readonly entry: T;
  readonly number: string | null;
}

/** Looks names up in tables of names, the first of which that has one decides. */
export function nameFinder<T>(tables: readonly ReadonlyMap<string, T>[]): (name: string) => Found<T> | null {
  // Devices have the same names in every message, and taking one apart costs more than the rest of its value.
  const seen = new BoundedMap<string, Found<T> | null>(10_000);
  const entryOf = (name: string): T | undefined => {
    for (const table of tables) {
      const entry = table.get(name);
      if (entry !== undefined) return entry;
    }
    return undefined;
  };
  const lookUp = (name: string): Found<T> | null => {
    const key = plain(name);
    const entry = entryOf(name) ?? entryOf(key);
    if (entry !== undefined) return { entry, number: null };
    const match = NUMBERED.exec(key);
    const numbered = match?.[1] === undefined ? undefined : entryOf(match[1]);
    return numbered === undefined ? null : { entry: numbered, number: match?.[2] ?? null };
  };
  return (name) => {
    if (name.length > 60) return null;
    const known = seen.get(name);
    if (known !== undefined) return known;
    const found = lookUp(name);
    seen.set(name, found);
    return found;
  };
}

/** The meaning of a field's name, with the number of its channel when it ends in one: `temperature_3`. */
export const commonName = nameFinder([NAMES]);

/** All common names, for those that know more. */
export const COMMON_NAMES: ReadonlyMap<string, CommonName> = NAMES;
