import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TOPIC_PREFIX } from "./plan.ts";

const SCORE_MODEL = fileURLToPath(new URL("../../../infra/example-city/scores.yaml", import.meta.url));

/** A city with these devices, bins of one area, so that every message goes the whole way into its scores. */
export function makeCity(dir: string, devices: readonly string[]): string {
  mkdirSync(dir, { recursive: true });
  writeFileSync(
    join(dir, "city.yaml"),
    `name: Faults\ntimeZone: Etc/UTC\nmqtt:\n  subscribe: ["${TOPIC_PREFIX}#"]\nquotas:\n  perMinute: null\n`,
  );
  const ring = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]; // biome-ignore format: a ring reads best as a line
  writeFileSync(
    join(dir, "areas.geojson"),
    JSON.stringify({
      type: "FeatureCollection",
      features: [
        {
          type: "Feature",
          properties: { id: "centre", name: "Centre", population: 1000 },
          geometry: { type: "Polygon", coordinates: [ring] },
        },
      ],
    }),
  );
  const rows = devices.map((device) => `${device},${device},bin,centre`);
  writeFileSync(join(dir, "devices.csv"), `${["id,name,kind,area", ...rows].join("\n")}\n`);
  copyFileSync(SCORE_MODEL, join(dir, "scores.yaml"));
  return dir;
}
