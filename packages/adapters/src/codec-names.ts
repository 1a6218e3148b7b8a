import type { MetricName } from "@kota/model";
import { addNames, batteryVolt, COMMON_NAMES, type CommonName, nameFinder } from "./common-names.ts";

/** A value in the unit of its metric. */
interface Measured {
  readonly metric: MetricName;
  readonly value: number;
}

/** What a field of a codec's data means. */
export interface CodecName extends CommonName {
  /** The size of the number says what it is; null: it does not. Counts where no unit is stated. */
  readonly bySize?: (value: number) => Measured | null;
  /** True and false, or 1 and 0, which are all and nothing of the metric. */
  readonly isState?: true;
  /** Of the sensor, when it stands inside the name. */
  readonly number?: string;
}

const NAMES = new Map<string, CodecName>();

function names(list: string, entry: CodecName): void {
  addNames(NAMES, list, entry);
}

// Names that only the codecs of LoRaWAN devices use in this sense. Elsewhere they mean other things, or nothing.

/** A LoRaWAN device runs on one or two cells of 2 to 4.2 V; what is more comes from outside. */
const supply = (value: number): Measured =>
  value <= 8 || value > 500
    ? { metric: "battery_voltage", value: batteryVolt(value) }
    : { metric: "voltage", value };

/** Volts have a fraction, a share of 6 to 100 % is no voltage of a cell. Of 1 to 5 nobody can tell. */
function voltOrShare(value: number): Measured | null {
  if (value > 500 || (value < 5 && !Number.isInteger(value))) return supply(value);
  return value > 5 && value <= 100 ? { metric: "battery", value } : null;
}

names("volt volts supplyvoltage", { metric: "battery_voltage", bySize: supply });
names("bat", { metric: "battery_voltage", bySize: voltOrShare });
// Power meters: phases as the rest of kota calls them, tariffs beside the total.
for (const [list, channel] of [
  ["phaseav voltagea voltagel1 phaseavoltage", "a"],
  ["phasebv voltageb voltagel2 phasebvoltage", "b"],
  ["phasecv voltagec voltagel3 phasecvoltage", "c"],
] as const) {
  names(list, { metric: "voltage", channel });
}
for (const tariff of ["1", "2", "3", "4"]) {
  const channel = `tariff-${tariff}`;
  names(`activeenergyimportt${tariff}`, { metric: "energy_total", channel });
  names(`activeenergyexportt${tariff}`, { metric: "energy_returned_total", channel });
}
// Particles of a factory's reference aerosol (CF=1), not of the air around: never the main sensor's.
names("pm1p0cf", { metric: "pm1", channel: "cf1" });
names("pm2p5cf", { metric: "pm2_5", channel: "cf1" });
names("pm10cf", { metric: "pm10", channel: "cf1" });
// Distances: the lidar of Dragino's LLDS12 counts centimetres (manual, 2.3.3), four of the LDDS04 have their number inside.
names("lidardistance", { metric: "distance", convert: (cm) => cm * 10 });
names("lidartemp", { metric: "device_temperature" });
for (const sensor of ["1", "2", "3", "4"]) {
  names(`distance${sensor}cm`, { metric: "distance", convert: (cm) => cm * 10, number: sensor });
}
// Keller's level probes: the air's pressure in bar, and the temperature of that sensor.
names("pbaro", { metric: "pressure", convert: (bar) => bar * 1000 });
names("tbaro", { metric: "device_temperature" });
names("tob", { metric: "temperature", channel: "probe" });
names("peoplecounterall", { metric: "people_count" });
names("occupied caronoff parkingoccupied spaceoccupied", { metric: "parking_occupancy", isState: true });

/** The meaning of a field of what a codec decoded. */
export const codecName = nameFinder<CodecName>([COMMON_NAMES, NAMES]);
