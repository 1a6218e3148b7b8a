import { settled, shifted } from "./decimal.ts";
import { type AirState, ppbToUgM3, ugM3ToPpb } from "./gas-conversion.ts";
import type { Pollutant, Unit } from "./pollutant.ts";
import { isRefused, type Refused, refused } from "./refused.ts";
import { GASES, type Gas } from "./tables/molar-mass.ts";

const SCALE: Readonly<Record<Unit, { readonly kind: "mass" | "ratio"; readonly power: number }>> = {
  "ug/m3": { kind: "mass", power: 0 },
  "mg/m3": { kind: "mass", power: 3 },
  ppb: { kind: "ratio", power: 0 },
  ppm: { kind: "ratio", power: 3 },
};

/**
 * A concentration in another unit. Between units of one kind the decimal point moves, exactly; between mass and
 * mixing ratio a gas needs the temperature and pressure that the mass refers to. Refuses negative amounts, particles
 * and hydrocarbons (no single molar mass) across kinds, and a missing state of the air.
 */
export function inUnit(
  pollutant: Pollutant,
  value: number,
  from: Unit,
  to: Unit,
  air?: AirState,
): number | Refused {
  if (value < 0) return refused("negative", `A concentration is not negative; got ${value} ${from}.`);
  const source = SCALE[from];
  const target = SCALE[to];
  if (source.kind === target.kind) return shifted(value, source.power - target.power);
  if (!isGas(pollutant)) {
    return refused(
      "unit_mismatch",
      `${pollutant} has no conversion from ${from} to ${to}: give it in ${to}.`,
    );
  }
  if (air === undefined) {
    return refused(
      "needs_temperature",
      `${pollutant} in ${from} becomes ${to} only at a stated temperature: give t_c (and p_atm), or the value in ${to}.`,
    );
  }
  const base = shifted(value, source.power);
  const converted =
    source.kind === "ratio" ? ppbToUgM3(pollutant, base, air) : ugM3ToPpb(pollutant, base, air);
  return isRefused(converted) ? converted : settled(shifted(converted, -target.power));
}

function isGas(pollutant: Pollutant): pollutant is Pollutant & Gas {
  return (GASES as readonly string[]).includes(pollutant);
}
