import { type Health, healthOf, type PeerPace } from "@kota/attention";
import {
  columnFilteringFeature,
  createColumnHelper,
  createFilteredRowModel,
  createSortedRowModel,
  type FilterFn,
  filterFn_equalsString,
  globalFilteringFeature,
  rowSortingFeature,
  type SortFn,
  tableFeatures,
} from "@tanstack/react-table";
import type { Device, Metric, WorkItem } from "../../api-types.ts";
import { mainMetric } from "../../series/main-metric.ts";

export type SuspectFlag = NonNullable<WorkItem["facts"]["flag"]>;

/** A device as the fleet table shows it. */
export interface FleetRow {
  readonly device: Device;
  readonly name: string;
  /** Titles in the language of the page, for sorting and searching. */
  readonly kind: string;
  readonly area: string;
  readonly metric: Metric | null;
  readonly value: number | undefined;
  /** Unix milliseconds; undefined: never. */
  readonly seen: number | undefined;
  readonly health: Health;
  /** What speaks against its sensors, as the work list has it. */
  readonly flags: readonly SuspectFlag[];
  /** Percent; undefined: it does not say. */
  readonly battery: number | undefined;
  /** Signal strength, dBm; undefined: it does not say. */
  readonly signal: number | undefined;
  /** What the search looks through, in small letters. */
  readonly text: string;
}

const NONE: readonly SuspectFlag[] = [];

/** By device, what speaks against its sensors now. */
export function flagsOf(items: readonly WorkItem[]): ReadonlyMap<string, readonly SuspectFlag[]> {
  const flags = new Map<string, readonly SuspectFlag[]>();
  for (const { reason, device, episodes, facts } of items) {
    if (reason !== "suspect" || device === null || facts.flag === null || episodes.at(-1)?.to !== null)
      continue;
    flags.set(device, [...new Set([...(flags.get(device) ?? []), facts.flag])]);
  }
  return flags;
}

/** The rows of the fleet. */
export function fleetRows(
  devices: readonly Device[],
  metrics: readonly Metric[],
  peerPace: PeerPace,
  now: number,
  flags: ReadonlyMap<string, readonly SuspectFlag[]>,
  titles: { kind(kind: string | null): string; area(id: string): string },
): readonly FleetRow[] {
  return devices.map((device) => {
    const metric = mainMetric(device, metrics);
    const kind = titles.kind(device.kind);
    const area = device.area === null ? "" : titles.area(device.area);
    return {
      device,
      name: device.name,
      kind,
      area,
      metric,
      value: metric === null ? undefined : device.latest[metric.name]?.value,
      seen: device.lastSeen === null ? undefined : Date.parse(device.lastSeen),
      health: healthOf(device, peerPace, now),
      flags: flags.get(device.id) ?? NONE,
      battery: device.latest.battery?.value,
      signal: device.latest.rssi?.value,
      text: `${device.id} ${device.name} ${kind} ${device.kind ?? ""}`.toLowerCase(),
    };
  });
}

const collator = new Intl.Collator(undefined, { numeric: true });
/** In the filter of states: whatever its state, something speaks against it. */
export const SUSPECT = "suspect";
const HEALTHS: readonly Health[] = ["never", "quiet", "reporting", "retired"];

// biome-ignore lint/suspicious/noExplicitAny: the library's own type of a function that fits every set of features.
const byText: SortFn<any, FleetRow> = (a, b, column) =>
  collator.compare(a.getValue<string>(column), b.getValue<string>(column));
// biome-ignore lint/suspicious/noExplicitAny: as above.
const byNumber: SortFn<any, FleetRow> = (a, b, column) =>
  a.getValue<number>(column) - b.getValue<number>(column);
// biome-ignore lint/suspicious/noExplicitAny: as above.
const byHealth: SortFn<any, FleetRow> = (a, b) =>
  HEALTHS.indexOf(a.original.health) - HEALTHS.indexOf(b.original.health);
// biome-ignore lint/suspicious/noExplicitAny: as above.
const hasHealth: FilterFn<any, FleetRow> = (row, _column, wanted: string) =>
  wanted === SUSPECT ? row.original.flags.length > 0 : row.original.health === wanted;
/** Every word that is sought stands somewhere in name, id or kind. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
const hasWords: FilterFn<any, FleetRow> = (row, _column, words: string) =>
  words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => row.original.text.includes(word));

export const fleetFeatures = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { byText, byNumber, byHealth },
  columnFilteringFeature,
  globalFilteringFeature,
  filteredRowModel: createFilteredRowModel(),
  filterFns: { equalsString: filterFn_equalsString, hasWords, hasHealth },
});

const helper = createColumnHelper<typeof fleetFeatures, FleetRow>();

/** The columns of the fleet table; filters are by id, sorting by what is shown. */
export const fleetColumns = helper.columns([
  helper.accessor("name", { id: "device", sortFn: "byText" }),
  helper.accessor("kind", { id: "kind", sortFn: "byText" }),
  helper.accessor((row) => row.device.origin ?? "", {
    id: "origin",
    sortFn: "byText",
    filterFn: "equalsString",
  }),
  helper.accessor("area", { id: "area", sortFn: "byText" }),
  helper.accessor("value", { id: "value", sortFn: "byNumber", sortUndefined: "last" }),
  helper.accessor("seen", { id: "seen", sortFn: "byNumber", sortUndefined: "last" }),
  helper.accessor((row) => row.device.perHour ?? undefined, {
    id: "rate",
    sortFn: "byNumber",
    sortUndefined: "last",
  }),
  helper.accessor("battery", { id: "battery", sortFn: "byNumber", sortUndefined: "last" }),
  helper.accessor("health", { id: "health", sortFn: "byHealth", filterFn: "hasHealth" }),
  // Not shown: what the filters compare.
  helper.accessor((row) => row.device.kind ?? "", { id: "kindId", filterFn: "equalsString" }),
  helper.accessor((row) => row.device.area ?? "", { id: "areaId", filterFn: "equalsString" }),
]);

export const SHOWN_COLUMNS = [
  "device",
  "kind",
  "origin",
  "area",
  "value",
  "seen",
  "rate",
  "battery",
  "health",
] as const;
export type FleetColumn = (typeof SHOWN_COLUMNS)[number];

/** The order that a URL asks for: a column, with a leading `-` the other way round; else by name. */
export function parseFleetSort(sort: string | null): { readonly id: FleetColumn; readonly desc: boolean } {
  const desc = sort?.startsWith("-") === true;
  const id = SHOWN_COLUMNS.find((column) => column === (desc ? sort?.slice(1) : sort));
  return id === undefined ? { id: "device", desc: false } : { id, desc };
}

/** The order after a press on a column: that column, or the other way round when it is the one already. Null is the usual. */
export function nextFleetSort(column: FleetColumn, sort: string | null): string | null {
  const now = parseFleetSort(sort);
  const desc = now.id === column ? !now.desc : column === "seen";
  return column === "device" && !desc ? null : `${desc ? "-" : ""}${column}`;
}
