import type { Device, Origin } from "../../api-types.ts";

export interface SourceGroup {
  readonly kind: string | null;
  readonly origin: Origin | null;
  readonly attribution: string | null;
  readonly count: number;
}

/** How many devices share a kind, an origin and an attribution; the largest group first. */
export function devicesBySource(devices: readonly Device[]): readonly SourceGroup[] {
  const groups = new Map<string, SourceGroup>();
  for (const { kind, origin, attribution } of devices) {
    const key = JSON.stringify([kind, origin, attribution]);
    groups.set(key, { kind, origin, attribution, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
