import type { Map as MapLibreMap } from "maplibre-gl";
import type { City, Ground } from "../../api-types.ts";
import { colourOf } from "../../ui/theme.ts";
import { GROUND_COLOURS } from "./archive-layers.ts";

/** Puts the pictures of the city's tile server below a layer. */
export function addTiles(map: MapLibreMap, tiles: NonNullable<City["map"]["tiles"]>, below: string): void {
  map.addSource("tiles", {
    type: "raster",
    tiles: [tiles.url],
    tileSize: 256,
    maxzoom: tiles.maxZoom,
    attribution: tiles.attribution,
  });
  map.addLayer({ id: "tiles", type: "raster", source: "tiles" }, below);
}

/** Draws water, parks, buildings and roads below a layer, in this order. */
export function addGround(map: MapLibreMap, ground: Ground, below: string): void {
  map.addSource("ground", { type: "geojson", data: ground });
  for (const kind of ["water", "park", "building"] as const) {
    map.addLayer(
      {
        id: `ground-${kind}`,
        type: "fill",
        source: "ground",
        filter: ["all", ["==", ["get", "kind"], kind], ["==", ["geometry-type"], "Polygon"]],
        paint: { "fill-color": colourOf(GROUND_COLOURS[kind]) },
      },
      below,
    );
  }
  for (const kind of ["water", "road"] as const) {
    map.addLayer(
      {
        id: `ground-${kind}-line`,
        type: "line",
        source: "ground",
        filter: ["all", ["==", ["get", "kind"], kind], ["==", ["geometry-type"], "LineString"]],
        layout: { "line-cap": "round", "line-join": "round" },
        paint: {
          "line-color": colourOf(GROUND_COLOURS[kind]),
          "line-width": ["interpolate", ["linear"], ["zoom"], 10, 1, 16, 5],
        },
      },
      below,
    );
  }
}

/** The colours of another theme. */
export function recolourGround(map: MapLibreMap): void {
  for (const kind of ["water", "park", "building"] as const) {
    if (map.getLayer(`ground-${kind}`))
      map.setPaintProperty(`ground-${kind}`, "fill-color", colourOf(GROUND_COLOURS[kind]));
  }
  for (const kind of ["water", "road"] as const) {
    const layer = `ground-${kind}-line`;
    if (map.getLayer(layer)) map.setPaintProperty(layer, "line-color", colourOf(GROUND_COLOURS[kind]));
  }
}
