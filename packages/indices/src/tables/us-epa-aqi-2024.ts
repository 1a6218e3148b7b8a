import type { Averaging, Pollutant, Unit } from "../pollutant.ts";
import type { Category, TableHead } from "../table.ts";

/** One row: lowest and highest concentration after truncation, lowest and highest index. */
type Breakpoint = readonly [cLow: number, cHigh: number, iLow: number, iHigh: number];

export interface UsEpaScale {
  readonly pollutant: Pollutant;
  readonly averaging: Averaging;
  readonly unit: Unit;
  /** Concentrations are truncated to so many decimals before they meet the table. */
  readonly decimals: number;
  readonly rows: readonly Breakpoint[];
  /** What to do below the first row, where that is not 0. */
  readonly below?: string;
  /** What to do above the last row, where another averaging time goes on. */
  readonly above?: string;
}

const scales: readonly UsEpaScale[] = [
  {
    pollutant: "PM25",
    averaging: "24h",
    unit: "ug/m3",
    decimals: 1,
    rows: [
      [0, 9.0, 0, 50],
      [9.1, 35.4, 51, 100],
      [35.5, 55.4, 101, 150],
      [55.5, 125.4, 151, 200],
      [125.5, 225.4, 201, 300],
      [225.5, 325.4, 301, 500],
    ],
  },
  {
    pollutant: "PM10",
    averaging: "24h",
    unit: "ug/m3",
    decimals: 0,
    rows: [
      [0, 54, 0, 50],
      [55, 154, 51, 100],
      [155, 254, 101, 150],
      [255, 354, 151, 200],
      [355, 424, 201, 300],
      [425, 604, 301, 500],
    ],
  },
  {
    pollutant: "O3",
    averaging: "8h",
    unit: "ppm",
    decimals: 3,
    rows: [
      [0, 0.054, 0, 50],
      [0.055, 0.07, 51, 100],
      [0.071, 0.085, 101, 150],
      [0.086, 0.105, 151, 200],
      [0.106, 0.2, 201, 300],
    ],
    above: "8-hour ozone defines no AQI above 300: use the 1-hour value.",
  },
  {
    pollutant: "O3",
    averaging: "1h",
    unit: "ppm",
    decimals: 3,
    rows: [
      [0.125, 0.164, 101, 150],
      [0.165, 0.204, 151, 200],
      [0.205, 0.404, 201, 300],
      [0.405, 0.604, 301, 500],
    ],
    below: "1-hour ozone defines no AQI below 0.125 ppm: use the 8-hour value.",
  },
  {
    pollutant: "CO",
    averaging: "8h",
    unit: "ppm",
    decimals: 1,
    rows: [
      [0, 4.4, 0, 50],
      [4.5, 9.4, 51, 100],
      [9.5, 12.4, 101, 150],
      [12.5, 15.4, 151, 200],
      [15.5, 30.4, 201, 300],
      [30.5, 50.4, 301, 500],
    ],
  },
  {
    pollutant: "SO2",
    averaging: "1h",
    unit: "ppb",
    decimals: 0,
    rows: [
      [0, 35, 0, 50],
      [36, 75, 51, 100],
      [76, 185, 101, 150],
      [186, 304, 151, 200],
    ],
    above:
      "1-hour SO2 defines no AQI above 200: use the 24-hour mean; with that below 305 ppb too the AQI is 200.",
  },
  {
    pollutant: "SO2",
    averaging: "24h",
    unit: "ppb",
    decimals: 0,
    rows: [
      [305, 604, 201, 300],
      [605, 1004, 301, 500],
    ],
    below: "24-hour SO2 defines no AQI below 305 ppb: use the 1-hour value.",
  },
  {
    pollutant: "NO2",
    averaging: "1h",
    unit: "ppb",
    decimals: 0,
    rows: [
      [0, 53, 0, 50],
      [54, 100, 51, 100],
      [101, 360, 101, 150],
      [361, 649, 151, 200],
      [650, 1249, 201, 300],
      [1250, 2049, 301, 500],
    ],
  },
];

const categories: readonly Category[] = [
  { from: 0, name: "Good" },
  { from: 51, name: "Moderate" },
  { from: 101, name: "Unhealthy for Sensitive Groups" },
  { from: 151, name: "Unhealthy" },
  { from: 201, name: "Very Unhealthy" },
  { from: 301, name: "Hazardous" },
];

/** The breakpoints of the US EPA air quality index in force since 6 May 2024. */
export const US_EPA_AQI_2024 = {
  table: "us-epa-aqi",
  version: "2024-05",
  title: "US EPA Air Quality Index, breakpoints of May 2024",
  sources: [
    "40 CFR Part 58 Appendix G as revised by 89 FR 16202; EPA-454/B-24-002 Table 6 (neither table was readable: agreeing copies)",
    "Table in PyPI aqi-hub 0.3.3; public implementations that cite the EPA AQS code table aqi_breakpoints",
    "Rows that 2024 did not change: python-aqi 0.6.1; PM10 and CO also 74 FR 30469",
    "AirNow-Tech forum, The AQI Equation: truncation of O3, PM2.5 and PM10, rounding of the index",
  ],
  confidence: "secondary",
  notes: [
    "The PM2.5 table ends at 325.4. Copies that split 301-400 and 401-500, or end at 500.4, carry the table before 2024.",
    "Above the last row EPA speaks of 'Beyond the AQI': the category is Hazardous, there is no number.",
    "AQI 200 for 1-hour SO2 of 305 ppb and more with a 24-hour mean below 305 ppb: one public implementation of the AQS table says so; the primary text was not read.",
  ],
  scales,
  categories,
} as const satisfies TableHead & { scales: readonly UsEpaScale[]; categories: readonly Category[] };
