import { useTable } from "@tanstack/react-table";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { Device, WorkItem } from "../../api-types.ts";
import {
  flagsOf,
  fleetColumns,
  fleetFeatures,
  fleetRows,
  nextFleetSort,
  parseFleetSort,
  SUSPECT,
  type SuspectFlag,
} from "./fleet.ts";

const now = Date.UTC(2026, 10, 24, 12);
const device = (id: string, name: string, rest: Partial<Device> = {}): Device => ({
  id,
  name,
  kind: "bin",
  registered: true,
  area: "leith",
  lat: null,
  lon: null,
  origin: "recorded",
  attribution: null,
  adapter: null,
  lastSeen: new Date(now - 60_000).toISOString(),
  version: 1,
  retired: false,
  perHour: null,
  movedAt: null,
  latest: {},
  ...rest,
});
const at = (value: number, ago = 60_000) => ({
  fill_level: { value, unit: "%", time: new Date(now - ago).toISOString() },
});
const METRICS = [
  { name: "fill_level", title: "Fill level", unit: "%", kind: "gauge", min: 0, max: 100, decimals: 0 },
] as const;

const devices = [
  device("b10", "Bin 10", { latest: at(50) }),
  device("b9", "Bin 9", { latest: at(90), area: "south" }),
  device("a1", "Air", { kind: "air", origin: "simulated", lastSeen: null }),
  device("b2", "Bin 2", { latest: at(10), lastSeen: new Date(now - 9 * 3_600_000).toISOString() }),
];
const item = (device: string, flag: SuspectFlag, to: string | null = null) =>
  ({ reason: "suspect", device, episodes: [{ from: "", to }], facts: { flag } }) as unknown as WorkItem;
const flags = flagsOf([
  item("b9", "stuck"),
  item("b9", "range"),
  item("b9", "stuck"),
  item("b10", "rate", "2026-11-24T11:00:00.000Z"),
]);
const rows = fleetRows(devices, METRICS, () => 60_000, now, flags, {
  kind: (kind) => (kind === "bin" ? "tempat sampah" : (kind ?? "")),
  area: (id) => id,
});

/** The ids of the devices as the table orders them. */
function shown(state: {
  sort?: string;
  q?: string;
  filters?: readonly { id: string; value: string }[];
}): readonly string[] {
  let ids: readonly string[] = [];
  const Probe = () => {
    const table = useTable({
      features: fleetFeatures,
      columns: fleetColumns,
      data: rows,
      globalFilterFn: "hasWords",
      getColumnCanGlobalFilter: ({ id }) => id === "device",
      state: {
        sorting: [parseFleetSort(state.sort ?? null)],
        columnFilters: [...(state.filters ?? [])],
        globalFilter: state.q ?? "",
      },
    });
    ids = table.getRowModel().rows.map(({ original }) => original.device.id);
    return null;
  };
  renderToStaticMarkup(createElement(Probe));
  return ids;
}

describe("the fleet", () => {
  it("is in the order of the names, numbers in them as numbers", () => {
    expect(shown({})).toEqual(["a1", "b2", "b9", "b10"]);
  });

  it("sorts by value and by age, with what never sent last either way", () => {
    expect(shown({ sort: "value" })).toEqual(["b2", "b10", "b9", "a1"]);
    expect(shown({ sort: "-value" })).toEqual(["b9", "b10", "b2", "a1"]);
    expect(shown({ sort: "seen" }).at(-1)).toBe("a1");
    expect(shown({ sort: "-seen" }).at(-1)).toBe("a1");
  });

  it("sorts by state with the worst first", () => {
    expect(shown({ sort: "health" }).slice(0, 2)).toEqual(["a1", "b2"]);
  });

  it("is searched by all words, in name, id and kind, in the language of the page", () => {
    expect(shown({ q: "bin 10" })).toEqual(["b10"]);
    expect(shown({ q: "SAMPAH b9" })).toEqual(["b9"]);
    expect(shown({ q: "nothing" })).toEqual([]);
  });

  it("is filtered by kind, area, origin and state together", () => {
    expect(
      shown({
        filters: [
          { id: "kindId", value: "bin" },
          { id: "areaId", value: "leith" },
        ],
      }),
    ).toEqual(["b2", "b10"]);
    expect(shown({ filters: [{ id: "origin", value: "simulated" }] })).toEqual(["a1"]);
    expect(shown({ filters: [{ id: "health", value: "quiet" }] })).toEqual(["b2"]);
  });

  it("filters and sorts ten thousand devices within a blink", () => {
    const many = Array.from({ length: 10_000 }, (_, index) =>
      device(`d${index}`, `Device ${(index * 7919) % 10_000}`, { latest: at(index % 100) }),
    );
    const started = performance.now();
    const made = fleetRows(many, METRICS, () => 60_000, now, flags, { kind: () => "bin", area: (id) => id });
    expect(made).toHaveLength(10_000);
    // Generous: the machine may be busy. It takes about 10 ms.
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("the order of the fleet", () => {
  it("turns with each press, and starts with the newest when sorted by age", () => {
    expect(nextFleetSort("device", null)).toBe("-device");
    expect(nextFleetSort("device", "-device")).toBeNull();
    expect(nextFleetSort("value", null)).toBe("value");
    expect(nextFleetSort("value", "value")).toBe("-value");
    expect(nextFleetSort("seen", null)).toBe("-seen");
  });

  it("is by name when a URL asks for a column that there is not", () => {
    expect(parseFleetSort("-colour")).toEqual({ id: "device", desc: false });
  });

  it("has what speaks against a device now, and a filter for it", () => {
    expect(rows.find(({ device }) => device.id === "b9")?.flags).toEqual(["stuck", "range"]);
    expect(shown({ filters: [{ id: "health", value: SUSPECT }] })).toEqual(["b9"]);
  });
});
