/** The slope of the straight line that fits some values best, a minute. Times are milliseconds. */
export function slopePerMinute(
  samples: readonly { readonly time: number; readonly value: number }[],
): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((total, value) => total + value, 0) / values.length;
  const time = mean(samples.map((sample) => sample.time));
  const value = mean(samples.map((sample) => sample.value));
  let product = 0;
  let square = 0;
  for (const sample of samples) {
    product += (sample.time - time) * (sample.value - value);
    square += (sample.time - time) ** 2;
  }
  return square === 0 ? 0 : (product / square) * 60_000;
}
