import { DIMENSIONS, type Dimension, KotaError } from "@kota/model";

/** The dimension of `--dimension`. */
export function dimensionNamed(name: string): Dimension {
  const found = DIMENSIONS.find((dimension) => dimension === name);
  if (found) return found;
  throw new KotaError("bad_request", `--dimension: expected ${DIMENSIONS.join(", ")}, and got '${name}'.`);
}
