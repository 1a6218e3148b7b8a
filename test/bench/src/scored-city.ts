import { readFileSync } from "node:fs";
import type { City, Device } from "@kota/model";
import { CitySettings } from "@kota/model";

const SCORE_MODEL = new URL("../../../infra/example-city/scores.yaml", import.meta.url);

/** A city in memory with these many devices of each kind, spread over its areas, scored by the example city's model. */
export function scoredCity(areas: number, devices: Readonly<Record<string, number>>): City {
  return {
    settings: CitySettings.parse({ name: "Bench", timeZone: "Etc/UTC" }),
    areas: {
      type: "FeatureCollection",
      features: Array.from({ length: areas }, (_, n) => ({
        type: "Feature" as const,
        properties: { id: areaId(n), name: areaId(n), population: 10_000 },
        geometry: {
          type: "Polygon" as const,
          coordinates: [
            [
              [n, 0],
              [n + 1, 0],
              [n + 1, 1],
              [n, 0],
            ],
          ],
        },
      })),
    },
    devices: Object.entries(devices).flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, n): Device => {
        const id = `${kind}-${String(n).padStart(6, "0")}`;
        return {
          ...{ id, name: id, kind, adapter: null, nativeId: null, lat: null, lon: null, attribution: null },
          area: areaId(n % areas),
          origin: "live",
        };
      }),
    ),
    scoreModel: readFileSync(SCORE_MODEL, "utf8"),
  };
}

function areaId(n: number): string {
  return `area-${n}`;
}
