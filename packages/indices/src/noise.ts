import { rounded } from "./decimal.ts";
import { type Refused, refused } from "./refused.ts";
import { NOISE } from "./tables/noise.ts";

export interface NoiseLevels {
  /** dB(A), two decimals. */
  readonly lden: number;
  readonly lnight: number;
  readonly table: string;
  readonly version: string;
}

/**
 * Lden from the mean levels of day, evening and night in dB(A): the mean of their energies over 12, 4 and 8 hours, with
 * 5 dB added to the evening and 10 dB to the night. Source: {@link NOISE}. Accepted are 0 to 194 dB.
 */
export function noise(lday: number, levening: number, lnight: number): NoiseLevels | Refused {
  for (const level of [lday, levening, lnight]) {
    if (!(level >= 0 && level <= 194)) {
      return refused("out_of_range", `A noise level is 0 to 194 dB; got ${level}.`);
    }
  }
  const { day, evening, night } = NOISE;
  const energy =
    day.hours * 10 ** ((lday + day.penaltyDb) / 10) +
    evening.hours * 10 ** ((levening + evening.penaltyDb) / 10) +
    night.hours * 10 ** ((lnight + night.penaltyDb) / 10);
  return {
    lden: rounded(10 * Math.log10(energy / (day.hours + evening.hours + night.hours)), 2),
    lnight,
    table: NOISE.table,
    version: NOISE.version,
  };
}
