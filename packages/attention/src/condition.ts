import type { Episode, WorkCondition, WorkFacts } from "@kota/model";
import type { Finding } from "./findings.ts";
import { BIN_FULL } from "./thresholds.ts";

/** What is seen now and needs attention: a condition without its past. */
export type Sighting = Omit<WorkCondition, "kind" | "episodes" | "at">;

export const NO_FACTS: WorkFacts = {
  metric: null,
  value: null,
  time: null,
  limit: null,
  mean: null,
  meanHours: null,
  meanIsWhole: false,
  crossedSince: null,
  crossedBefore: false,
  fullInMs: null,
  lastSeen: null,
  paceMs: null,
  flag: null,
  count: null,
  of: null,
  rule: null,
  title: null,
  text: null,
};

export function sightingOf(finding: Finding): Sighting {
  const { id, kind, device, severity, excess } = finding;
  return {
    id,
    reason: kind,
    device: device.id,
    area: device.area,
    severity,
    excess,
    facts: factsOf(finding),
  };
}

function factsOf(finding: Finding): WorkFacts {
  switch (finding.kind) {
    case "bin":
      return {
        ...NO_FACTS,
        metric: "fill_level",
        value: finding.value,
        time: finding.time,
        limit: BIN_FULL,
        crossedSince: finding.crossing?.since ?? null,
        crossedBefore: finding.crossing?.before ?? false,
        fullInMs: finding.fullIn,
      };
    case "air":
      return {
        ...NO_FACTS,
        metric: finding.metric,
        value: finding.value,
        time: finding.time,
        limit: finding.limit,
        mean: finding.mean?.mean ?? null,
        meanHours: finding.mean?.hours ?? null,
        meanIsWhole: finding.mean?.isWhole ?? false,
        crossedSince: finding.crossing?.since ?? null,
        crossedBefore: finding.crossing?.before ?? false,
      };
    case "silent":
      return { ...NO_FACTS, lastSeen: finding.since, paceMs: finding.paceMs };
    case "never":
      return NO_FACTS;
    case "missing":
      return {
        ...NO_FACTS,
        count: finding.missing.count,
        of: finding.missing.of,
        crossedSince: finding.missing.from,
        time: finding.missing.to,
      };
    case "suspect": {
      const { flag, metric, value, limit, time, since, count, of } = finding.suspect;
      return { ...NO_FACTS, flag, metric, value, limit, time, crossedSince: since, count, of };
    }
  }
}

/** A condition that comes back within this time was never over: what was done about it still holds. */
export const SAME_EPISODE_MS = 10 * 60_000;
/** Facts that change are written down again at most this often. */
const REFRESH_MS = 2 * 60_000;
const MOST_EPISODES = 20;

/**
 * The condition with what is seen of it now; null: there is nothing to write down.
 * @param seen null: it is not there (any more)
 */
export function followed(
  before: WorkCondition | undefined,
  seen: Sighting | null,
  now: number,
): WorkCondition | null {
  const last = before?.episodes.at(-1);
  // Of two records the later one stands, also of two within a millisecond.
  const at = before === undefined ? now : Math.max(now, before.at + 1);
  if (seen === null) {
    if (before === undefined || last === undefined || last.to !== null) return null;
    return { ...before, episodes: [...before.episodes.slice(0, -1), { from: last.from, to: now }], at };
  }
  const isOpen = last !== undefined && last.to === null;
  if (before !== undefined && isOpen && !isWorthWriting(before, seen, now)) return null;
  return {
    kind: "condition",
    ...seen,
    episodes: isOpen ? (before?.episodes ?? []) : begun(before, now),
    at,
  };
}

function begun(before: WorkCondition | undefined, now: number): readonly Episode[] {
  const episodes = before?.episodes ?? [];
  const last = episodes.at(-1);
  if (last?.to != null && now - last.to < SAME_EPISODE_MS) {
    return [...episodes.slice(0, -1), { from: last.from, to: null }];
  }
  return [...episodes, { from: now, to: null }].slice(-MOST_EPISODES);
}

function isWorthWriting(before: WorkCondition, seen: Sighting, now: number): boolean {
  if (before.severity !== seen.severity || before.area !== seen.area) return true;
  return now - before.at >= REFRESH_MS && JSON.stringify(before.facts) !== JSON.stringify(seen.facts);
}
