import type { Averaging, Pollutant } from "./pollutant.ts";
import { EAQI_2024, type EaqiPollutant } from "./tables/eaqi-2024.ts";
import { ISPU_2020 } from "./tables/ispu-2020.ts";
import { US_EPA_AQI_2024 } from "./tables/us-epa-aqi-2024.ts";

export const ANCHORED_INDICES = ["epa_aqi", "ispu", "eaqi"] as const;
export type AnchoredIndex = (typeof ANCHORED_INDICES)[number];

/** A concentration in µg/m³ and the index that it gives; of the European index the number of bands up to there. */
export type Anchor = readonly [concentration: number, index: number];

/**
 * Where the table of an index bends, ascending, from its first to its last row. Undefined where the index does not define
 * the pollutant for this averaging time, or defines it in another unit than µg/m³: a mixing ratio needs a temperature.
 */
export function anchorsOf(
  index: AnchoredIndex,
  pollutant: Pollutant,
  averaging: Averaging,
): readonly Anchor[] | undefined {
  switch (index) {
    case "epa_aqi": {
      const scale = US_EPA_AQI_2024.scales.find(
        (one) => one.pollutant === pollutant && one.averaging === averaging && one.unit === "ug/m3",
      );
      return scale && [[0, 0], ...scale.rows.map(([, cHigh, , iHigh]) => [cHigh, iHigh] as const)];
    }
    case "ispu":
      if (averaging !== "24h") return undefined;
      return ISPU_2020.indices.map((at, n) => [ISPU_2020.anchors[pollutant][n] ?? Number.NaN, at] as const);
    case "eaqi": {
      if (averaging !== "1h" || !isOfEaqi(pollutant)) return undefined;
      return EAQI_2024.upperBounds[pollutant].map((bound, n) => [bound, n + 1] as const);
    }
  }
}

function isOfEaqi(pollutant: Pollutant): pollutant is EaqiPollutant {
  return Object.hasOwn(EAQI_2024.upperBounds, pollutant);
}
