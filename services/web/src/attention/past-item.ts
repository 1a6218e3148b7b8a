import { type Finding, sightingOf } from "@kota/attention";
import type { FindingRowProps } from "./finding-row.tsx";

/** A finding of the past as the API tells those of the present, with the id under which its item is written down. */
export function pastItemOf(finding: Finding, now: number): FindingRowProps["item"] & { readonly id: string } {
  const { id: itemId, reason, severity, facts } = sightingOf(finding);
  const { id, name, kind, area } = finding.device;
  const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  return {
    id: itemId,
    reason,
    severity,
    since: new Date(now).toISOString(),
    kind,
    device: id,
    deviceName: name,
    area,
    facts: {
      ...facts,
      time: iso(facts.time),
      crossedSince: iso(facts.crossedSince),
      lastSeen: iso(facts.lastSeen),
    },
  };
}
