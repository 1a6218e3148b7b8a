/**
 * The whole steps of 10^-decimals in a value, as the decimal number that was written: 1.005 has 1005 thousandths,
 * although 1.005 * 1000 is 1004.9999999999999. Exact for up to 15 significant digits, which is what a double keeps.
 */
export function wholeSteps(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  const scaled = value * factor;
  const nearest = Math.round(scaled);
  // Only beside a whole number can the noise of the multiplication change the answer.
  if (Math.abs(scaled - nearest) > 1e-9 * Math.max(1, nearest)) return Math.floor(scaled);
  if (nearest / factor === value) return nearest;
  return Math.floor(Number(scaled.toPrecision(15)));
}

/** A written decimal number times 10^power, without the noise of a multiplication in binary. */
export function shifted(value: number, power: number): number {
  return power === 0 ? value : Number((value * 10 ** power).toPrecision(15));
}

/**
 * A calculated value at 12 significant digits: what a mean or a conversion is good for before it meets a step
 * function, so that a mean of 35.899999999999999 is the 35.9 that it is on paper.
 */
export function settled(value: number): number {
  return Number(value.toPrecision(12));
}

/** Rounds a non-negative value to the nearest whole number, halves up, as all index standards here do. */
export function roundHalfUp(value: number): number {
  const whole = Math.floor(value);
  // A calculated half may lie a few units of the last binary digit below the half it is on paper.
  return value - whole >= 0.5 - 1e-9 ? whole + 1 : whole;
}

/** A value with so many decimals, for showing. */
export function rounded(value: number, decimals: number): number {
  const factor = 10 ** decimals;
  // `+ 0` turns -0 into 0.
  return Math.round(value * factor) / factor + 0;
}
