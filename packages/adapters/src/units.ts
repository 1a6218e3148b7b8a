import { METRICS, type MetricName } from "@kota/model";

/** What a unit measures, and how a value in it becomes one in the first unit of its quantity: `value * factor + offset`. */
interface Unit {
  readonly quantity: string;
  readonly factor: number;
  readonly offset: number;
}

const UNITS = new Map<string, Unit>();

function quantity(name: string, units: Readonly<Record<string, number | readonly [number, number]>>): void {
  for (const [symbols, scale] of Object.entries(units)) {
    const [factor, offset] = typeof scale === "number" ? [scale, 0] : scale;
    for (const symbol of symbols.split(" ")) UNITS.set(symbol, { quantity: name, factor, offset });
  }
}

// Symbols as UCUM, SenML (RFC 8428, RFC 8798), Home Assistant and makers write them, then the codes of UN/CEFACT
// recommendation 20, which FIWARE uses. Written without `°`, `µ` and raised digits: see `symbolOf`.
quantity("temperature", {
  "Cel C degC celsius CEL": 1,
  "[degF] F degF fahrenheit FAH": [5 / 9, -160 / 9],
  "K kelvin KEL": [1, -273.15],
});
quantity("share", { "% %RH %EL percent pct P1": 1, "1 / C62 m3/m3": 100 });
quantity("pressure", {
  "hPa mbar A97 MBR": 1,
  "Pa PAL": 0.01,
  "kPa KPA": 10,
  "bar BAR": 1000,
  "mmHg mm[Hg] HN": 1.333_223_874_15,
  "inHg [in_i'Hg] F79": 33.863_886_4,
  "psi [psi] PS": 68.947_572_931_8,
});
quantity("mass concentration", {
  "ug/m3 GQ": 1,
  "mg/m3 GP": 1000,
  "ng/m3": 0.001,
});
quantity("mole fraction", { "[ppm] ppm 59": 1, "[ppb] ppb 61": 0.001 });
quantity("length", {
  "mm l/m2 L/m2 MMT": 1,
  "cm CMT": 10,
  "m MTR": 1000,
  "km KMT": 1e6,
  "in [in_i] INH": 25.4,
  "ft [ft_i] FOT": 304.8,
});
quantity("speed", {
  "m/s MTS": 1,
  "km/h kph KMH": 1 / 3.6,
  "mph mi/h [mi_i]/h HM": 0.447_04,
  "kn kt [kn_i] KNT": 1852 / 3600,
});
quantity("precipitation rate", { "mm/h H67": 1, "in/h": 25.4, "mm/d": 1 / 24 });
quantity("angle", { "deg DD": 1, rad: 180 / Math.PI });
quantity("sound level", { "dB(A) dBA dB[A]": 1 });
quantity("illuminance", { "lx lux LUX": 1, klx: 1000 });
quantity("irradiance", { "W/m2 D54": 1 });
quantity("energy", {
  "kW.h kWh KWH": 1,
  "W.h Wh WHR": 0.001,
  "MW.h MWh MWH": 1000,
  "GJ GV": 1e9 / 3.6e6,
  MJ: 1 / 3.6,
  "J JOU": 1 / 3.6e6,
});
quantity("power", { "W WTT": 1, "kW KWT": 1000, mW: 0.001, "MW MAW": 1e6 });
quantity("apparent power", { "V.A VA D46": 1, "kV.A kVA KVA": 1000 });
quantity("reactive power", { "var VAr D44": 1, "kvar kVAr K5": 1000 });
quantity("voltage", { "V VLT": 1, "mV 2Z": 0.001, "kV KVT": 1000 });
quantity("current", { "A AMP": 1, "mA 4K": 0.001 });
quantity("frequency", { "Hz HTZ": 1, kHz: 1000 });
quantity("volume", {
  "m3 MTQ": 1,
  "l L LTR": 0.001,
  "ft3 [cft_i] FTQ": 0.028_316_846_592,
  "gal [gal_us] GLL": 0.003_785_411_784,
});
quantity("received power", { "dB[mW] dBm DBM": 1 });
quantity("ratio of powers", { "dB 2N": 1 });
quantity("spaces", { "{spaces}": 1 });
quantity("people", { "{people} people": 1 });
quantity("vehicles", { "{vehicles} vehicles": 1 });

/**
 * Grams per mole. A gas in ppm becomes a mass in a cubic metre at 20 °C and 101.3 kPa, where a mole takes 24.055 litres:
 * the conditions of Directive (EU) 2024/2881 on ambient air quality, annex VI. NOx counts as NO2.
 */
const MOLAR_MASS: Partial<Record<MetricName, number>> = {
  no2: 46.0055,
  o3: 47.9982,
  so2: 64.066,
  co: 28.0101,
  no: 30.0061,
  nox: 46.0055,
};
const LITRES_PER_MOLE = 24.055;

/** The symbol without degree sign, either micro sign and raised digits. */
function symbolOf(unit: string): string {
  return (
    unit
      .trim()
      .replaceAll("℃", "C")
      .replaceAll("℉", "F")
      .replaceAll("°", "")
      .replaceAll(/[µμ]/g, "u")
      // m⋅s⁻¹ is m/s.
      .replaceAll(
        /[⋅·]([A-Za-z]+)⁻([¹²³])/g,
        (_, base: string, power: string) => `/${base}${power === "¹" ? "" : power}`,
      )
      .replaceAll("³", "3")
      .replaceAll("²", "2")
      .replaceAll("^", "")
  );
}

function unitOf(unit: string): Unit | undefined {
  if (unit.length > 30) return undefined;
  const known = UNITS.get(unit);
  if (known) return known;
  // An angle is written with the degree sign alone.
  return unit.trim() === "°" ? UNITS.get("deg") : UNITS.get(symbolOf(unit));
}

/** Whether the unit is one that kota can read. */
export function isUnit(unit: string): boolean {
  return unitOf(unit) !== undefined;
}

/**
 * A value in `unit`, in the unit of the metric. Undefined: the unit is not known, or measures something else than the
 * metric does. Sound without a weighting (`dB`) is no A-weighted level.
 */
export function inUnitOf(metric: MetricName, value: number, unit: string): number | undefined {
  const own = METRICS[metric].unit;
  if (unit === own) return value;
  const from = unitOf(unit);
  const to = UNITS.get(own);
  if (from === undefined || to === undefined) return undefined;
  if (from.quantity === to.quantity) {
    if (from.factor === to.factor && from.offset === to.offset) return value;
    return clean((value * from.factor + from.offset - to.offset) / to.factor);
  }
  const mass = MOLAR_MASS[metric];
  if (mass !== undefined && from.quantity === "mole fraction") {
    return clean((value * from.factor * mass * 1000) / LITRES_PER_MOLE);
  }
  return undefined;
}

/** Without the noise of binary fractions: 2.027 kW are 2027 W. */
function clean(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
