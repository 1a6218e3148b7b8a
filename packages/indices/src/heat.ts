import { rounded } from "./decimal.ts";
import { type Refused, refused } from "./refused.ts";
import { categoryOf } from "./table.ts";
import { HEAT_INDEX, WBGT_SIMPLE } from "./tables/heat.ts";

export interface HeatIndex {
  /** °F, two decimals. */
  readonly hi_f: number;
  /** °C, two decimals. */
  readonly hi_c: number;
  readonly category: string;
  readonly table: string;
  readonly version: string;
}

/**
 * The NWS heat index from air temperature (°F) and relative humidity (%): the Rothfusz regression with both
 * adjustments where the simple formula averaged with the temperature reaches 80 °F, else the simple formula; the air
 * temperature at 40 °F and below. Source: {@link HEAT_INDEX}. The regression was fitted to 80 to 110 °F and 40 to 100 %,
 * up to a heat index of about 137 °F; accepted are -100 to 150 °F and 0 to 100 %.
 */
export function heatIndex(tF: number, rh: number): HeatIndex | Refused {
  if (!(tF >= -100 && tF <= 150)) {
    return refused("out_of_range", `The temperature is -100 to 150 °F; got ${rounded(tF, 2)}.`);
  }
  if (!(rh >= 0 && rh <= 100)) return humidityOutOfRange(rh);
  const hi = heatIndexF(tF, rh);
  return {
    hi_f: rounded(hi, 2),
    hi_c: rounded((hi - 32) / 1.8, 2),
    category: categoryOf(HEAT_INDEX.categories, hi),
    table: HEAT_INDEX.table,
    version: HEAT_INDEX.version,
  };
}

function heatIndexF(t: number, rh: number): number {
  if (t <= 40) return t;
  const simple = 0.5 * (t + 61 + (t - 68) * 1.2 + rh * 0.094);
  if ((simple + t) / 2 < 80) return simple;
  const regression =
    -42.379 +
    2.04901523 * t +
    10.14333127 * rh -
    0.22475541 * t * rh -
    0.00683783 * t * t -
    0.05481717 * rh * rh +
    0.00122874 * t * t * rh +
    0.00085282 * t * rh * rh -
    0.00000199 * t * t * rh * rh;
  if (rh < 13 && t >= 80 && t <= 112) {
    return regression - ((13 - rh) / 4) * Math.sqrt((17 - Math.abs(t - 95)) / 17);
  }
  if (rh > 85 && t >= 80 && t <= 87) return regression + ((rh - 85) / 10) * ((87 - t) / 5);
  return regression;
}

export interface WbgtSimple {
  /** °C, two decimals. */
  readonly wbgt_c: number;
  readonly table: string;
  readonly version: string;
}

/**
 * The simplified wet-bulb globe temperature (°C) from air temperature (°C) and relative humidity (%):
 * 0.567·T + 0.393·e + 3.94 with e = rh/100·6.105·exp(17.27·T/(237.7+T)) in hPa. Source: {@link WBGT_SIMPLE}.
 * Meant for warm days (about 20 °C and more) with sun and light wind; accepted are -40 to 60 °C and 0 to 100 %.
 */
export function wbgtSimple(tC: number, rh: number): WbgtSimple | Refused {
  if (!(tC >= -40 && tC <= 60)) {
    return refused("out_of_range", `The temperature is -40 to 60 °C; got ${rounded(tC, 2)}.`);
  }
  if (!(rh >= 0 && rh <= 100)) return humidityOutOfRange(rh);
  const vapourPressure = (rh / 100) * 6.105 * Math.exp((17.27 * tC) / (237.7 + tC));
  return {
    wbgt_c: rounded(0.567 * tC + 0.393 * vapourPressure + 3.94, 2),
    table: WBGT_SIMPLE.table,
    version: WBGT_SIMPLE.version,
  };
}

function humidityOutOfRange(rh: number): Refused {
  return refused("out_of_range", `The relative humidity is 0 to 100 %; got ${rh}.`);
}
