import { type At, type Crossing, crossing, type DayMean, dayMean, fullIn } from "./day.ts";
import { healthOf, isSilent, type PeerPace } from "./pace.ts";
import { type Suspect, type SuspectFinding, suspectFinding } from "./suspect.ts";
import { BIN_FULL, BIN_OVER, MISSING_MS, WHO_24H } from "./thresholds.ts";
import type { WatchedDevice } from "./watched-device.ts";

/** 3 is urgent, 2 soon, 1 worth watching. */
type Severity = 3 | 2 | 1;

interface About {
  readonly id: string;
  readonly device: WatchedDevice;
  readonly severity: Severity;
  /** How far beyond what is usual or allowed: it ranks findings of one severity. */
  readonly excess: number;
}

interface BinFinding extends About {
  readonly kind: "bin";
  readonly value: number;
  readonly time: number;
  readonly crossing: Crossing | null;
  /** Milliseconds until it is full; null when that is not known. */
  readonly fullIn: number | null;
}

interface AirFinding extends About {
  readonly kind: "air";
  readonly metric: string;
  readonly value: number;
  readonly time: number;
  readonly limit: number;
  readonly mean: DayMean | null;
  readonly crossing: Crossing | null;
}

interface SilentFinding extends About {
  readonly kind: "silent";
  readonly since: number;
  /** Its usual pace, milliseconds; null while it is not known. */
  readonly paceMs: number | null;
}

interface NeverFinding extends About {
  readonly kind: "never";
}

interface MissingFinding extends About {
  readonly kind: "missing";
  readonly missing: Missing;
}

export type Finding =
  | BinFinding
  | AirFinding
  | SilentFinding
  | NeverFinding
  | MissingFinding
  | SuspectFinding;

/** Readings of a device that came and are not stored, as the ledger says. */
export interface Missing {
  readonly device: string;
  readonly count: number;
  /** Of so many that came in the hours in which some are missing. */
  readonly of: number;
  /** Start of the first of these hours, and of the last. */
  readonly from: number;
  readonly to: number;
  /** Since when that is known. */
  readonly since: number;
}

/** One series whose last day is needed. */
interface DayOf {
  readonly device: string;
  readonly metric: string;
}

/** What has to be asked for, beyond the latest values, before the findings are sure; the most pressing first. */
export interface Needs {
  readonly bins: readonly DayOf[];
  /** At most {@link MOST_AIR}. */
  readonly air: readonly DayOf[];
  /** Devices that are quiet, with the time of their newest reading. */
  readonly quiet: readonly { readonly device: string; readonly lastSeen: string }[];
}

/** An older value says nothing about the air of now. */
const MOMENT_MS = 3_600_000;

/** So many series of air are asked about; of more, those that are worst now. */
export const MOST_AIR = 5_000;

const GUIDELINES = Object.entries(WHO_24H).flatMap(([metric, limit]) =>
  limit === undefined ? [] : [{ metric, limit }],
);

/** What to ask for: bins that are full, every air station (of very many the worst), quiet devices. */
export function needsOf(devices: readonly WatchedDevice[], peerPace: PeerPace, now: number): Needs {
  const bins: (DayOf & { value: number })[] = [];
  const air: (DayOf & { value: number })[] = [];
  const quiet: { device: string; lastSeen: string }[] = [];
  for (const device of devices) {
    // What was taken out of the registry is nobody's concern any more.
    if (device.retired) continue;
    const fill = device.latest.fill_level?.value;
    if (fill !== undefined && fill >= BIN_FULL) {
      bins.push({ device: device.id, metric: "fill_level", value: fill });
    }
    for (const { metric, limit } of GUIDELINES) {
      const value = device.latest[metric]?.value;
      if (value !== undefined) air.push({ device: device.id, metric, value: value / limit });
    }
    if (device.lastSeen !== null && healthOf(device, peerPace, now) === "quiet") {
      quiet.push({ device: device.id, lastSeen: device.lastSeen });
    }
  }
  const worst = (those: readonly (DayOf & { value: number })[]): readonly DayOf[] =>
    those
      .toSorted((a, b) => b.value - a.value || inOrder(a.device, b.device))
      .map(({ device, metric }) => ({ device, metric }));
  quiet.sort((a, b) => inOrder(b.lastSeen, a.lastSeen) || inOrder(a.device, b.device));
  return { bins: worst(bins), air: worst(amongTheWorst(air, MOST_AIR)).slice(0, MOST_AIR), quiet };
}

/** Those among which the `most` worst are, without putting all in order. */
function amongTheWorst<T extends { readonly value: number }>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  const values = Float64Array.from(all, ({ value }) => value).sort();
  const least = values[values.length - most] ?? Number.NEGATIVE_INFINITY;
  return all.filter(({ value }) => value >= least);
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What was asked for, as far as it has come. */
export interface Evidence {
  /** The last day of a series; undefined while it is not there. */
  day(device: string, metric: string): readonly At[] | undefined;
  /** The pace of a device before it fell silent, milliseconds; undefined while it is not known. */
  pace(device: string): number | undefined;
  /** Of which devices readings are missing; left out: that is not asked for. */
  missing?(): Iterable<Missing>;
  /** Which sensors are not to be trusted; left out: that is not asked for. */
  suspects?(): Iterable<Suspect>;
}

/** What needs attention, the most pressing first. Without evidence nothing is claimed that the latest values do not show. */
export function findingsOf(
  devices: readonly WatchedDevice[],
  needs: Needs,
  evidence: Evidence,
  now: number,
): readonly Finding[] {
  const byId = new Map(devices.map((device) => [device.id, device]));
  const findings: Finding[] = [];
  for (const device of devices) {
    if (device.retired) continue;
    const bin = binFinding(device, evidence);
    if (bin !== null) findings.push(bin);
    if (device.lastSeen === null && device.registered) {
      findings.push({ kind: "never", id: `never:${device.id}`, device, severity: 1, excess: 0 });
    }
  }
  for (const { device: id, metric } of needs.air) {
    const device = byId.get(id);
    const air = device === undefined ? null : airFinding(device, metric, evidence, now);
    if (air !== null) findings.push(air);
  }
  for (const { device: id } of needs.quiet) {
    const device = byId.get(id);
    const silent = device === undefined ? null : silentFinding(device, evidence, now);
    if (silent !== null) findings.push(silent);
  }
  for (const missing of evidence.missing?.() ?? []) {
    const finding = missingFinding(missing, byId.get(missing.device) ?? strangerOf(missing.device), now);
    if (finding !== null) findings.push(finding);
  }
  for (const suspect of evidence.suspects?.() ?? []) {
    const device = byId.get(suspect.device) ?? strangerOf(suspect.device);
    if (!device.retired) findings.push(suspectFinding(suspect, device));
  }
  return findings.sort(
    (a, b) =>
      b.severity - a.severity ||
      b.excess - a.excess ||
      a.device.name.localeCompare(b.device.name) ||
      a.id.localeCompare(b.id),
  );
}

function binFinding(device: WatchedDevice, evidence: Evidence): BinFinding | null {
  const latest = device.latest.fill_level;
  if (latest === undefined || latest.value < BIN_FULL) return null;
  const over = latest.value >= BIN_OVER;
  const day = evidence.day(device.id, "fill_level");
  return {
    kind: "bin",
    id: `bin:${device.id}`,
    device,
    severity: over ? 3 : 2,
    excess: latest.value / BIN_FULL,
    value: latest.value,
    time: Date.parse(latest.time),
    crossing: day === undefined ? null : crossing(day, over ? BIN_OVER : BIN_FULL),
    fullIn: over || day === undefined ? null : fullIn(day),
  };
}

/** A mean of a whole day above the guideline is what the guideline is about; a value of the moment is only worth watching. */
function airFinding(
  device: WatchedDevice,
  metric: string,
  evidence: Evidence,
  now: number,
): AirFinding | null {
  const latest = device.latest[metric];
  const limit = WHO_24H[metric];
  const day = evidence.day(device.id, metric);
  if (latest === undefined || limit === undefined || day === undefined) return null;
  const mean = dayMean(day);
  const above = mean?.isWhole === true && mean.mean > limit;
  const isOfNow = now - Date.parse(latest.time) <= MOMENT_MS;
  if (!above && !(isOfNow && latest.value > limit)) return null;
  const excess = (above ? mean.mean : latest.value) / limit;
  return {
    kind: "air",
    id: `air:${metric}:${device.id}`,
    device,
    severity: above ? (excess >= 2 ? 3 : 2) : 1,
    excess,
    metric,
    value: latest.value,
    time: Date.parse(latest.time),
    limit,
    mean,
    crossing: crossing(day, limit),
  };
}

function silentFinding(device: WatchedDevice, evidence: Evidence, now: number): SilentFinding | null {
  const pace = evidence.pace(device.id);
  if (device.lastSeen === null || pace === undefined) return null;
  const since = Date.parse(device.lastSeen);
  const age = now - since;
  if (!isSilent(age, pace)) return null;
  const paces = age / pace;
  // A device that missed a day's worth of readings will not come back by itself.
  return {
    kind: "silent",
    id: `silent:${device.id}`,
    device,
    severity: age > 86_400_000 ? 2 : 1,
    excess: Math.log10(paces),
    since,
    paceMs: pace,
  };
}

/** What is gone is kota's own failure: it is never only worth watching, whatever the device measures. */
function missingFinding(missing: Missing, device: WatchedDevice, now: number): MissingFinding | null {
  if (missing.count <= 0 || now - missing.since < MISSING_MS) return null;
  return {
    kind: "missing",
    id: `missing:${device.id}`,
    device,
    severity: 2 * missing.count >= missing.of ? 3 : 2,
    excess: 1 + Math.log10(missing.count),
    missing,
  };
}

/** A device of which nothing else is known. */
function strangerOf(id: string): WatchedDevice {
  return {
    id,
    name: id,
    kind: null,
    adapter: null,
    origin: null,
    area: null,
    registered: false,
    retired: false,
    lastSeen: null,
    latest: {},
  };
}
