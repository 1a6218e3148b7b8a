const UNITS: readonly (readonly [string, number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
];

/** `90s`, `15m`, `24h` or `2d` in milliseconds; undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  const [, count, letter] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  const unit = UNITS.find(([name]) => name === letter);
  return unit && count !== undefined ? Number(count) * unit[1] : undefined;
}

/** For a person: `24 h`, `15 min`; `400 d` from a week on. */
export function formatDuration(ms: number): string {
  if (ms % 86_400_000 === 0 && ms >= 7 * 86_400_000) return `${ms / 86_400_000} d`;
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  return `${ms / 1000} s`;
}
