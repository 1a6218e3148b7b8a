import { setImmediate } from "node:timers/promises";
import { CITY_AREA, type Device, type Dimension, KotaError } from "@kota/model";
import {
  byGain,
  closeIndicators,
  findMoves,
  type Move,
  measuredIndicatorsOf,
  type ScoreModel,
  type StoredReadings,
  storedReceipt,
} from "@kota/scoring";
import type { ApiContext } from "./context.ts";
import { recentAnswers } from "./recent-answers.ts";

/** Found once in this time, however many ask. */
const KEPT_MS = 30_000;
/** Series that are read from the time series for one area. Indicators beyond count with their published numbers. */
const MOST_SERIES = 3000;
const MOST_MOVES = 200;

export interface FoundMoves {
  readonly at: number;
  readonly moves: readonly Move[];
  /** Indicators of too many devices to be opened, as `area/dimension/aspect/indicator`. */
  readonly notOpened: readonly string[];
}

/** What would raise a score most, of an area or of the city, from the stored readings and the newest values. */
export function createMoves(
  context: Pick<ApiContext, "city" | "registry" | "reports" | "store" | "view" | "clock">,
): (model: ScoreModel, area: string, dimension: Dimension | null) => Promise<FoundMoves> {
  const { city, registry, reports, store, view, clock } = context;
  const areas = city.areas.features.map(({ properties }) => properties);
  const recent = recentAnswers<FoundMoves>(clock, KEPT_MS);

  async function ofArea(model: ScoreModel, area: string, dimension: Dimension | null): Promise<FoundMoves> {
    const place = { area, dimension, aspect: null, indicator: null };
    const at = clock();
    const devices = registry.inOrder();
    const { readings, closed } = bounded(model, area, dimension, devices, at);
    const receipt = await storedReceipt(
      readings,
      { model, areas, devices, reports: reports.book },
      place,
      at,
    );
    if (receipt === undefined) throw new KotaError("not_found", `There is no area '${area}'.`);
    const notOpened: string[] = [];
    const opened = closeIndicators(receipt, (indicator) => {
      if (!closed.has(indicator.method.metric)) return undefined;
      const { dimension, aspect } = indicator;
      notOpened.push(`${area}/${dimension}/${aspect}/${indicator.indicator}`);
      return view.score({ area, dimension, aspect, indicator: indicator.indicator }) ?? NO_NUMBERS;
    });
    const moves = findMoves(opened, {
      most: MOST_MOVES,
      cityParts: view.score({ ...place, area: CITY_AREA })?.parts ?? [],
      nameOf: (id) => registry.devices.get(id)?.name ?? id,
    });
    return { at, moves, notOpened };
  }

  /**
   * Of a metric of which only the last value counts, the newest value is held in memory. Every other series is a query:
   * metrics of the fewest series first, as long as they are not too many together.
   */
  function bounded(
    model: ScoreModel,
    area: string,
    dimension: Dimension | null,
    devices: readonly Device[],
    at: number,
  ): { readonly readings: StoredReadings; readonly closed: ReadonlySet<string> } {
    const inArea = devices.filter((device) => device.area === area);
    const series = new Map<string, number>();
    const windowed = new Set<string>();
    const asked = {
      ...model,
      dimensions: model.dimensions.filter(({ id }) => dimension === null || id === dimension),
    };
    for (const { metric, kinds, overTime } of measuredIndicatorsOf(asked)) {
      const count = inArea.filter(({ kind }) => kinds?.includes(kind) ?? true).length;
      series.set(metric, Math.max(count, series.get(metric) ?? 0));
      if (overTime !== "last" || model.quality[metric] !== undefined) windowed.add(metric);
    }
    const closed = new Set<string>();
    let left = MOST_SERIES;
    for (const [metric, count] of [...series].sort(([, a], [, b]) => a - b)) {
      if (!windowed.has(metric)) continue;
      left -= count;
      if (left < 0) closed.add(metric);
    }
    const readings: StoredReadings = {
      async series(query) {
        if (closed.has(query.metric)) return [];
        if (windowed.has(query.metric)) return store.series(query);
        const newest = view.device(query.device)?.values.get(query.metric);
        if (newest === undefined || newest.time < query.from) return [];
        return newest.time <= at ? [{ time: newest.time, last: newest.value }] : store.series(query);
      },
    };
    return { readings, closed };
  }

  async function ofCity(model: ScoreModel, dimension: Dimension | null): Promise<FoundMoves> {
    const found: FoundMoves[] = [];
    // One area after the other: the readings of one are in memory at a time.
    for (const { id } of areas) {
      found.push(await recent(`${id}/${dimension}`, () => ofArea(model, id, dimension)));
      await setImmediate();
    }
    return {
      at: found.reduce((oldest, { at }) => Math.min(oldest, at), clock()),
      moves: found
        .flatMap(({ moves }) => moves)
        .sort(byGain(({ cityGain }) => cityGain))
        .slice(0, MOST_MOVES),
      notOpened: found.flatMap(({ notOpened }) => notOpened),
    };
  }

  return (model, area, dimension) =>
    recent(`${area}/${dimension}`, () =>
      area === CITY_AREA ? ofCity(model, dimension) : ofArea(model, area, dimension),
    );
}

const NO_NUMBERS = { score: null, coverage: 0 };
