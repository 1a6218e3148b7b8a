import { type Refused, refused } from "./refused.ts";
import { type Gas, MOLAR_MASS } from "./tables/molar-mass.ts";

const R = 8.314462618;
const PA_PER_ATM = 101_325;

/** The state of the air that a mass concentration refers to. The US and Indonesia use 25 °C, EU limits 20 °C, all 1 atm. */
export interface AirState {
  /** °C, above absolute zero. */
  readonly tC: number;
  /** Standard atmospheres, above 0. */
  readonly pAtm: number;
}

/**
 * Micrograms per cubic metre of one ppb of a gas: M·p/(R·T), the ideal gas law, good to better than 0.1 % in
 * outdoor air. NO2 at 25 °C and 1 atm: 1.8804.
 */
export function ugM3PerPpb(gas: Gas, air: AirState): number {
  return (MOLAR_MASS.gPerMol[gas] * air.pAtm * PA_PER_ATM) / (R * (air.tC + 273.15)) / 1000;
}

/** ppb to µg/m³ at a stated temperature and pressure. Refuses a negative amount and an impossible state of the air. */
export function ppbToUgM3(gas: Gas, ppb: number, air: AirState): number | Refused {
  return impossible(ppb, air) ?? ppb * ugM3PerPpb(gas, air);
}

/** µg/m³ to ppb at a stated temperature and pressure. Refuses as {@link ppbToUgM3} does. */
export function ugM3ToPpb(gas: Gas, ugM3: number, air: AirState): number | Refused {
  return impossible(ugM3, air) ?? ugM3 / ugM3PerPpb(gas, air);
}

function impossible(amount: number, air: AirState): Refused | undefined {
  if (amount < 0) return refused("negative", `A concentration is not negative; got ${amount}.`);
  if (air.tC <= -273.15) return refused("out_of_range", `t_c is above -273.15 °C; got ${air.tC}.`);
  if (air.pAtm <= 0) return refused("out_of_range", `p_atm is above 0; got ${air.pAtm}.`);
  return undefined;
}
