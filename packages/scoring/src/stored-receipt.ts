import { CITY_AREA, type Device } from "@kota/model";
import { type Receipt, receiptOf } from "./receipt.ts";
import type { ReceiptPlace } from "./receipt-head.ts";
import { NO_REPORTS, type Reports } from "./reports/report-book.ts";
import type { ScoreModel } from "./score-model.ts";
import type { ScoredArea } from "./scored-area.ts";
import { loadWindows, type StoredReadings } from "./stored-windows.ts";

/**
 * The receipt of a score at a time, past or present, from the stored readings: only those that the score depends on are
 * read. Undefined when model and city have no such score.
 */
export async function storedReceipt(
  stored: StoredReadings,
  city: {
    readonly model: ScoreModel;
    readonly areas: readonly ScoredArea[];
    readonly devices: readonly Device[];
    readonly reports?: Reports;
  },
  place: ReceiptPlace,
  at: number,
): Promise<Receipt | undefined> {
  const { model, areas, devices, reports = NO_REPORTS } = city;
  const inPlace = devices.filter(
    ({ area }) => area !== null && (place.area === CITY_AREA || area === place.area),
  );
  const metrics = metricsBehind(model, place);
  const windows = await loadWindows(stored, model, inPlace, { first: at, last: at, metrics });
  return receiptOf({ model, windows, areas, devices, reports, at }, place);
}

function metricsBehind(
  model: ScoreModel,
  { dimension, aspect, indicator }: ReceiptPlace,
): ReadonlySet<string> {
  const within = (id: string, asked: string | null) => asked === null || asked === id;
  const metrics = new Set<string>();
  for (const each of model.dimensions) {
    if (!within(each.id, dimension)) continue;
    for (const below of each.aspects) {
      if (!within(below.id, aspect)) continue;
      for (const each of below.indicators) {
        if (each.from === undefined && within(each.id, indicator)) metrics.add(each.metric);
      }
    }
  }
  return metrics;
}
