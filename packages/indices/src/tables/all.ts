import type { TableHead } from "../table.ts";
import { EAQI_2024 } from "./eaqi-2024.ts";
import { HEAT_INDEX, WBGT_SIMPLE } from "./heat.ts";
import { ISPU_2020 } from "./ispu-2020.ts";
import { MOLAR_MASS } from "./molar-mass.ts";
import { NOISE } from "./noise.ts";
import { NOWCAST } from "./nowcast.ts";
import { US_EPA_AQI_2024 } from "./us-epa-aqi-2024.ts";
import { WHO_2021 } from "./who-2021.ts";

/** Every table that a result can name. */
export const TABLES: readonly TableHead[] = [
  US_EPA_AQI_2024,
  NOWCAST,
  ISPU_2020,
  EAQI_2024,
  WHO_2021,
  HEAT_INDEX,
  WBGT_SIMPLE,
  NOISE,
  MOLAR_MASS,
];
