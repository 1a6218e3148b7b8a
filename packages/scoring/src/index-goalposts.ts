import {
  ANCHORED_INDICES,
  type AnchoredIndex,
  type Averaging,
  anchorsOf,
  type Pollutant,
} from "@kota/indices";
import type { MetricName } from "@kota/model";
import { scoreOf } from "./goalposts.ts";
import type { Goalpost } from "./score-model.ts";
import { HOUR_MS } from "./summary.ts";

/** Official indices that may stand in the place of goalposts. */
export const INDEX_GOALPOSTS = ANCHORED_INDICES;

const POLLUTANT_OF: Partial<Record<MetricName, Pollutant>> = {
  pm2_5: "PM25",
  pm10: "PM10",
  no2: "NO2",
  o3: "O3",
  so2: "SO2",
  co: "CO",
};

/** What an index of 0 to 300 is worth. Editorial: the indices say what is healthy, not what it is worth. */
const WORTH: readonly Goalpost[] = [
  [0, 100],
  [50, 85],
  [100, 60],
  [200, 25],
  [300, 0],
];

/**
 * The goalposts at the bends of an index's table. AQI and ISPU: 0 gives 100, 50 gives 85, 100 gives 60, 200 gives 25, 300
 * and more gives 0. European index: the end of each band gives 100, 80, 60, 40 and 20, twice the last end 0. Undefined where
 * the index does not define the metric for a mean of this window.
 */
export function indexGoalposts(
  index: AnchoredIndex,
  metric: MetricName,
  windowMs: number,
): readonly Goalpost[] | undefined {
  const pollutant = POLLUTANT_OF[metric];
  const averaging = averagingOf(windowMs);
  const anchors = pollutant && averaging && anchorsOf(index, pollutant, averaging);
  if (anchors === undefined) return undefined;
  if (index === "eaqi") {
    const worst = 2 * (anchors.at(-1)?.[0] ?? 0);
    return [...anchors.map(([at, band]): Goalpost => [at, 120 - 20 * band]), [worst, 0]];
  }
  const posts = anchors.map(([at, value]): Goalpost => [at, scoreOf(WORTH, value)]);
  return posts.slice(0, posts.findIndex(([, score]) => score === 0) + 1);
}

function averagingOf(windowMs: number): Averaging | undefined {
  return ({ [HOUR_MS]: "1h", [8 * HOUR_MS]: "8h", [24 * HOUR_MS]: "24h" } as const)[windowMs];
}
