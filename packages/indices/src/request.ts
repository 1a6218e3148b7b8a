import { z } from "zod";
import { AVERAGINGS, POLLUTANTS, UNITS } from "./pollutant.ts";
import { GASES } from "./tables/molar-mass.ts";
import { WHO_AVERAGINGS } from "./tables/who-2021.ts";

const airState = {
  t_c: z.number().optional(),
  p_atm: z.number().optional(),
};

const Concentration = z.strictObject({
  pollutant: z.enum(POLLUTANTS),
  averaging: z.enum(AVERAGINGS).optional(),
  unit: z.enum(UNITS),
  concentration: z.number(),
  ...airState,
});

const Hours = z.array(z.number().nullable()).max(10_000);

/**
 * A concentration, or the hours it is the mean of (`hours`, null where one is missing) for indices of longer averaging
 * times. SO2 of 1 h may come with its 24-hour mean.
 */
const ConcentrationOrHours = Concentration.extend({
  concentration: z.number().optional(),
  hours: Hours.optional(),
  concentration_24h: z.number().optional(),
});

/** The input of each index, checked once where it comes in. */
export const INPUTS = {
  epa: ConcentrationOrHours,
  ispu: ConcentrationOrHours.omit({ concentration_24h: true }),
  eaqi: Concentration,
  who: Concentration.extend({ averaging: z.enum(WHO_AVERAGINGS) }),
  nowcast: z.strictObject({
    pollutant: z.enum(["PM25", "PM10", "O3"]),
    hours_newest_first: Hours,
    unit: z.enum(UNITS),
    ...airState,
  }),
  heatIndex: z.strictObject({
    t_f: z.number().optional(),
    t_c: z.number().optional(),
    rh: z.number(),
  }),
  wbgtSimple: z.strictObject({ t_c: z.number(), rh: z.number() }),
  noise: z.strictObject({ lday: z.number(), levening: z.number(), lnight: z.number() }),
  conversion: z.strictObject({
    gas: z.enum(GASES),
    ppb: z.number().optional(),
    ug_m3: z.number().optional(),
    ...airState,
  }),
} as const;

export type IndexName = keyof typeof INPUTS;
export type InputOf<Name extends IndexName> = z.infer<(typeof INPUTS)[Name]>;

export const INDEX_NAMES = Object.keys(INPUTS) as IndexName[];
