import type { TableHead } from "../table.ts";

/** Day, evening and night of the European noise indicators. */
export const NOISE = {
  table: "eu-lden",
  version: "2002/49/EC",
  title: "Day-evening-night level of Directive 2002/49/EC",
  sources: ["Directive 2002/49/EC, annex I, as in engineeringtoolbox.com and cryer.org.uk (agree)"],
  confidence: "verified",
  notes: [
    "Day 07-19, evening 19-23, night 23-07; a member state may shorten the evening by one or two hours.",
    "The directive means yearly levels; of one day it is an indication.",
    "It has no rule for missing hours: give levels of whole periods.",
  ],
  day: { hours: 12, penaltyDb: 0 },
  evening: { hours: 4, penaltyDb: 5 },
  night: { hours: 8, penaltyDb: 10 },
} as const satisfies TableHead & Record<"day" | "evening" | "night", { hours: number; penaltyDb: number }>;
