import type { Category, TableHead } from "../table.ts";

const categories: readonly Category[] = [
  { from: Number.NEGATIVE_INFINITY, name: "No caution" },
  { from: 80, name: "Caution" },
  { from: 90, name: "Extreme Caution" },
  { from: 103, name: "Danger" },
  { from: 125, name: "Extreme Danger" },
];

/** The heat index of the US National Weather Service; categories in °F. */
export const HEAT_INDEX = {
  table: "nws-heat-index",
  version: "SR90-23",
  title: "NWS heat index: Rothfusz regression with adjustments, simple formula below 80 °F",
  sources: [
    "NWS WPC, The Heat Index Equation (read); Rothfusz, NWS Technical Attachment SR 90-23",
    "thermofeel 2.3.0 (ECMWF) computes the same; chart of NWS Tulsa reproduced",
  ],
  confidence: "verified",
  notes: [
    "WPC: the simple formula averaged with the temperature decides which formula applies; below 80 °F the simple formula itself is the answer.",
    "At 40 °F and below the heat index is the air temperature (thermofeel, MetPy; WPC's page does not say).",
    "Categories 80/90/103/125 °F from two secondary copies; older NWS charts use 105 and 130.",
    "Shade and light wind; full sun adds up to 15 °F.",
  ],
  categories,
} as const satisfies TableHead & { categories: readonly Category[] };

/** The simplified wet-bulb globe temperature. */
export const WBGT_SIMPLE = {
  table: "wbgt-simple",
  version: "ACSM1984",
  title: "Simplified WBGT (ACSM 1984, Australian Bureau of Meteorology)",
  sources: [
    "Bureau of Meteorology, thermal stress page, as quoted in two copies (vapour pressure) and in several public implementations (coefficients)",
    "thermofeel 2.3.0 cites ACSM (1984) and computes with the same coefficients",
  ],
  confidence: "verified",
  notes: [
    "Assumes moderately strong sun and light wind: too high at night, under cloud and in wind. A screening value, no measurement of WBGT.",
  ],
} as const satisfies TableHead;
