import type { TableHead } from "../table.ts";

/** Molar masses in g/mol, with the molar gas constant. */
export const MOLAR_MASS = {
  table: "gas-conversion",
  version: "1",
  title: "Conversion of gases between mixing ratio and mass concentration",
  sources: [
    "Ideal gas law with R = 8.314462618 J/(mol K) (CODATA 2018) and 1 atm = 101325 Pa",
    "NSW government conversion table at 25 °C: NO2 18.8, O3 19.6, SO2 26.2 µg/m³ per pphm, CO 1.15 mg/m³ per ppm (agrees)",
  ],
  confidence: "verified",
  notes: ["NH3, H2S, CH4, NO and C6H6 are computed from their molar masses only."],
  gPerMol: {
    NO2: 46.0055,
    O3: 47.998,
    SO2: 64.066,
    CO: 28.01,
    NO: 30.006,
    NH3: 17.031,
    H2S: 34.08,
    CH4: 16.043,
    C6H6: 78.11,
  },
} as const satisfies TableHead & { gPerMol: Readonly<Record<string, number>> };

export const GASES = ["NO2", "O3", "SO2", "CO", "NO", "NH3", "H2S", "CH4", "C6H6"] as const;
export type Gas = (typeof GASES)[number];
