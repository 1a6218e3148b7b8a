import type { City } from "@kota/model";
import { parseScoreModel, type ScoreModel } from "@kota/scoring";

/**
 * The score model of a city, parsed when it is first asked for: a city may be without a usable model, and then only what
 * needs it is, too.
 */
export function parsedModel(city: Pick<City, "scoreModel">): () => ScoreModel {
  let parsed: ScoreModel | undefined;
  return () => {
    parsed ??= parseScoreModel(city.scoreModel);
    return parsed;
  };
}
