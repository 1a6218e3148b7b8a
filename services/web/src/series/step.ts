const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The length of a step as the API writes it (`90`, `30s`, `15m`, `1h`, `1d`), milliseconds; 0 for `raw`. */
export function stepMs(step: string): number {
  const parts = /^(\d+)([smhd]?)$/.exec(step);
  if (parts === null) return 0;
  return Number(parts[1]) * (UNITS[parts[2] || "s"] ?? 1000);
}
