import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deviceId } from "./load-plan.ts";

export const TOPIC_PREFIX = "kota/v1/";
/** In no area: its readings are waited for, its scores are not. */
export const READING_PROBE = "bench-probe-reading";
/** The only bin of its area, so that each of its readings changes a score. */
export const SCORE_PROBE = "bench-probe-score";
export const PROBE_AREA = "probe";
/** Of the five values of a message, those that an indicator of the score model is made of. */
export const SCORED_VALUES = 2;

const AREAS = 6;
const SCORE_MODEL = fileURLToPath(new URL("../../../infra/example-city/scores.yaml", import.meta.url));

/**
 * A city whose registered devices are those of the load: air stations in six areas, scored by the example city's model.
 * So every message goes the whole way, into the windows and scores of its area too.
 */
export function makeBenchCity(dir: string, devices: number): void {
  mkdirSync(dir, { recursive: true });
  const areas = [...Array.from({ length: AREAS }, (_, n) => `area-${n}`), PROBE_AREA];
  writeFileSync(
    join(dir, "city.yaml"),
    `name: Bench\ntimeZone: Etc/UTC\nmqtt:\n  subscribe: ["${TOPIC_PREFIX}#"]\nquotas:\n  perMinute: null\n`,
  );
  writeFileSync(
    join(dir, "areas.geojson"),
    JSON.stringify({
      type: "FeatureCollection",
      features: areas.map((id, n) => ({
        type: "Feature",
        properties: { id, name: id, population: 10_000 },
        geometry: { type: "Polygon", coordinates: [squareAt(n)] },
      })),
    }),
  );
  const rows = [
    "id,name,kind,area",
    `${READING_PROBE},Probe,weather,`,
    `${SCORE_PROBE},Probe,bin,${PROBE_AREA}`,
  ];
  for (let n = 0; n < devices; n++) rows.push(`${deviceId(n)},Station ${n},air,area-${n % AREAS}`);
  writeFileSync(join(dir, "devices.csv"), `${rows.join("\n")}\n`);
  copyFileSync(SCORE_MODEL, join(dir, "scores.yaml"));
}

function squareAt(x: number): [number, number][] {
  return [
    [x, 0],
    [x + 1, 0],
    [x + 1, 1],
    [x, 1],
    [x, 0],
  ];
}
