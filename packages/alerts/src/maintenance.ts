import type { MaintenanceWindow } from "@kota/model";

/** The maintenance window that is on for a rule about something; null: none. */
export function maintenanceOf(
  windows: Iterable<MaintenanceWindow>,
  rule: string,
  about: { readonly area: string | null; readonly kind: string | null },
  now: number,
): string | null {
  for (const { id, from, to, rules, areas, kinds } of windows) {
    if (now < from || now >= to) continue;
    if (rules !== null && !rules.includes(rule)) continue;
    if (areas !== null && (about.area === null || !areas.includes(about.area))) continue;
    if (kinds !== null && (about.kind === null || !kinds.includes(about.kind))) continue;
    return id;
  }
  return null;
}
