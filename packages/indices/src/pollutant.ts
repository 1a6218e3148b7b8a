/** Particles, gases and hydrocarbons (HC, ISPU only) that an air quality index knows. */
export const POLLUTANTS = ["PM25", "PM10", "O3", "NO2", "SO2", "CO", "HC"] as const;
export type Pollutant = (typeof POLLUTANTS)[number];

/** The averaging times of air quality indices. */
export const AVERAGINGS = ["1h", "8h", "24h"] as const;
export type Averaging = (typeof AVERAGINGS)[number];

/** Mass concentrations and mixing ratios. */
export const UNITS = ["ug/m3", "mg/m3", "ppb", "ppm"] as const;
export type Unit = (typeof UNITS)[number];
