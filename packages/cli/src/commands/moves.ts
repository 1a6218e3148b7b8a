import { CITY_AREA, type Dimension, KotaError } from "@kota/model";
import { type Config, loadCity } from "@kota/runtime";
import { byGain, findMoves, parseScoreModel, type StoredReadings, storedReceipt } from "@kota/scoring";
import { dimensionNamed } from "../dimension-named.ts";
import { pastDevices } from "../past-devices.ts";
import { withPastReadings } from "../past-readings.ts";
import { pastReports } from "../past-reports.ts";
import { isRunningKota } from "../running-kota.ts";
import { settings } from "../settings.ts";

export interface MovesOptions {
  readonly dimension?: string;
  readonly limit: string;
  readonly url?: string;
  readonly json?: boolean;
}

/** What is shown of a move. */
interface Shown {
  readonly text: string;
}

/** `kota moves`: what would raise a score most, the greatest gain first. */
export async function moves(area: string, options: MovesOptions): Promise<void> {
  const dimension = options.dimension === undefined ? null : dimensionNamed(options.dimension);
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 200)
    throw new KotaError("bad_request", `--limit: expected 1 to 200, and got '${options.limit}'.`);
  const config = settings();
  const found = await withPastReadings(config, options.url, async (readings): Promise<readonly Shown[]> => {
    if (isRunningKota(readings)) {
      const query = { area, dimension: dimension ?? undefined, limit };
      const response = await readings.get("/v1/scores/moves", query);
      return ((await response.json()) as { readonly moves: readonly Shown[] }).moves;
    }
    return storedMoves(readings, config, area, dimension, limit);
  });
  if (options.json) {
    console.log(JSON.stringify(found));
    return;
  }
  if (found.length === 0) console.log("Nothing would raise this score: it is at its best, or there is none.");
  found.forEach(({ text }, index) => {
    console.log(`${String(index + 1).padStart(3)}. ${text}`);
  });
}

async function storedMoves(
  readings: StoredReadings,
  config: Config,
  area: string,
  dimension: Dimension | null,
  limit: number,
): Promise<readonly Shown[]> {
  const city = loadCity(config.city);
  const areas = city.areas.features.map(({ properties }) => properties);
  const devices = await pastDevices(config, city);
  const reports = await pastReports(config, readings);
  const basis = { model: parseScoreModel(city.scoreModel), areas, devices, reports };
  const place = { area: CITY_AREA, dimension, aspect: null, indicator: null };
  const whole = await storedReceipt(readings, basis, place, Date.now());
  const parts = whole?.kind === "whole" ? whole.parts : [];
  const asked = parts.filter(({ id }) => area === CITY_AREA || id === area);
  if (asked.length === 0) {
    throw new KotaError(
      "not_found",
      `The city has no area '${area}'; it has ${parts.map(({ id }) => id).join(", ")}.`,
    );
  }
  const names = new Map(devices.map(({ id, name }) => [id, name]));
  return asked
    .flatMap(({ receipt }) =>
      receipt === null
        ? []
        : findMoves(receipt, { most: limit, cityParts: parts, nameOf: (id) => names.get(id) ?? id }),
    )
    .sort(byGain((move) => (area === CITY_AREA ? move.cityGain : move.areaGain)))
    .slice(0, limit);
}
