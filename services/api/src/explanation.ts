import {
  CITY_AREA,
  type Device,
  DIMENSIONS,
  type Dimension,
  metric,
  type Score,
  type ScoreSource,
} from "@kota/model";
import type { ScoreId } from "@kota/time-series";
import { isoTime } from "./iso-time.ts";
import type { ScoresOfOneTime } from "./score-list.ts";
import { type Explanation, type Part, type Source, scoreRow } from "./score-row.ts";

/** A score with its parts and theirs, down to the devices. The parts' numbers are those that the score was made with. */
export function explain(
  score: Score,
  view: ScoresOfOneTime,
  registered: ReadonlyMap<string, Device>,
): Explanation {
  return {
    ...scoreRow(score),
    model: { version: score.model.version, hash: score.model.hash },
    parts: score.parts.map((part): Part => {
      const place = placeOf(score, part.id);
      const below = place && view.score(place);
      return {
        id: part.id,
        title: part.title,
        score: part.score,
        weight: part.weight,
        share: part.share,
        coverage: part.coverage,
        contribution: part.score === null ? null : part.share * part.score,
        detail: below ? explain(below, view, registered) : null,
      };
    }),
    sources: score.sources.map((source) => sourceOf(source, registered)),
  };
}

/** The score that a part stands for: of the city the same level of an area, of an area the level below. */
function placeOf({ area, dimension, aspect, indicator }: ScoreId, part: string): ScoreId | undefined {
  if (area === CITY_AREA) return { area: part, dimension, aspect, indicator };
  if (dimension === null) {
    const below = DIMENSIONS.find((candidate): candidate is Dimension => candidate === part);
    return below && { area, dimension: below, aspect, indicator };
  }
  return aspect === null
    ? { area, dimension, aspect: part, indicator }
    : { area, dimension, aspect, indicator: part };
}

function sourceOf(source: ScoreSource, registered: ReadonlyMap<string, Device>): Source {
  const device = registered.get(source.device);
  return {
    device: source.device,
    name: device?.name ?? null,
    origin: device?.origin ?? null,
    attribution: device?.attribution ?? null,
    metric: source.metric,
    unit: metric(source.metric)?.unit ?? null,
    value: source.value,
    readings: source.readings,
    lastTime: isoTime(source.lastTime),
  };
}
