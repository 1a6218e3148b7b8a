import type { Pollutant } from "../pollutant.ts";
import type { Category, TableHead } from "../table.ts";

const anchors: Readonly<Record<Pollutant, readonly number[]>> = {
  PM10: [0, 50, 150, 350, 420, 500],
  PM25: [0, 15.5, 55.4, 150.4, 250.4, 500],
  SO2: [0, 52, 180, 400, 800, 1200],
  CO: [0, 4000, 8000, 15000, 30000, 45000],
  O3: [0, 120, 235, 400, 800, 1000],
  NO2: [0, 80, 200, 1130, 2260, 3000],
  HC: [0, 45, 100, 215, 432, 648],
};

const categories: readonly Category[] = [
  { from: 0, name: "Baik" },
  { from: 51, name: "Sedang" },
  { from: 101, name: "Tidak Sehat" },
  { from: 201, name: "Sangat Tidak Sehat" },
  { from: 301, name: "Berbahaya" },
];

/** Indonesia's ISPU: 24-hour concentrations in µg/m³ at the index values of `indices`. */
export const ISPU_2020 = {
  table: "ispu",
  version: "2020-P14",
  title: "Indeks Standar Pencemar Udara, Permen LHK P.14/2020",
  sources: [
    "P.14/MENLHK/SETJEN/KUM.1/7/2020 (articles read; the annex was not readable)",
    "The annex's table with '24 jam' for all seven parameters in a copy, 123dok 12268587",
    "Public implementations: three agree on PM2.5, PM10, SO2, CO, O3 and NO2",
    "Categories and worst-of: every day published by DKI Jakarta under this rule that was compared (2021 to 2023) agrees",
  ],
  confidence: "secondary",
  notes: [
    "Above 300 the number is a convention: the annex's last row reads '>300'; 500 as its index is what most implementations take. The category Berbahaya is certain.",
    "No source for rounding was found: half up.",
    "No hours rule was read: the 18 of 24 hours asked for a 24-hour mean are EPA's.",
    "KEP-45/MENLH/10/1997, which it replaces, has other anchors and puts 200 itself in Sangat Tidak Sehat.",
  ],
  indices: [0, 50, 100, 200, 300, 500],
  anchors,
  categories,
} as const satisfies TableHead & {
  indices: readonly number[];
  anchors: Readonly<Record<Pollutant, readonly number[]>>;
  categories: readonly Category[];
};
