/** From here a bin is about to overflow. Editorial: the score model of the example city counts bins from here too. */
export const BIN_FULL = 80;
/** From here it overflows: what is left is less than the ultrasonic sensors of bins can tell. Editorial. */
export const BIN_OVER = 95;

/** Readings that are not stored after so long will not be by themselves: what is on its way is not missing in the first place. Editorial. */
export const MISSING_MS = 5 * 60_000;

/**
 * WHO global air quality guidelines 2021, recommended levels for a mean of 24 hours, in µg/m³ (carbon monoxide: 4 mg/m³).
 * Ozone has none: its guideline is for 8 hours.
 */
export const WHO_24H: Readonly<Partial<Record<string, number>>> = {
  pm2_5: 15,
  pm10: 45,
  no2: 25,
  so2: 40,
  co: 4000,
};
