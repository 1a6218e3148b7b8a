import type { TableHead } from "../table.ts";

/** The parameters of EPA's NowCast, PM and ozone. */
export const NOWCAST = {
  table: "us-epa-nowcast",
  version: "2024",
  title: "US EPA NowCast of PM and ozone",
  sources: [
    "EPA PM NowCast fact sheet (NEPIS P100X0J6); EPA slides Computing the NowCast, with the example 17.4",
    "AirNow-Tech forum, The NowCast for PM2.5 and PM10: 2 of the newest 3 hours, raw hours, the result truncated",
    "USEPA/O3-Nowcast source: the surrogate of the ozone NowCast",
  ],
  confidence: "verified",
  notes: [
    "Ozone is EPA's surrogate, 0.85 x + 4.5 ppb, which EPA itself uses when the 14 days that its regression needs are not there.",
    "The AQI beside it is by the breakpoints of May 2024 (us-epa-aqi 2024-05).",
    "A copy of Wikipedia asks for both of the newest 2 hours; EPA's own texts say 2 of 3.",
  ],
  pm: { hours: 12, newest: 3, needed: 2, leastWeight: 0.5, decimals: { PM25: 1, PM10: 0 } },
  o3: { newest: 3, slope: 0.85, interceptPpb: 4.5 },
} as const satisfies TableHead & { pm: object; o3: object };
