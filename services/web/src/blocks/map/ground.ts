import type { Map as MapLibreMap } from "maplibre-gl";
import type { City, Ground } from "../../api-types.ts";
import { colourOf } from "../../ui/theme.ts";

/** What lies below everything else, and is never clicked. */
const BELOW = "area-fill";
const COLOURS = {
  water: "--ground-water",
  park: "--ground-park",
  building: "--ground-building",
  road: "--ground-road",
};

/** Puts the pictures of the city's tile server below the areas. */
export function addTiles(map: MapLibreMap, tiles: NonNullable<City["map"]["tiles"]>): void {
  map.addSource("tiles", {
    type: "raster",
    tiles: [tiles.url],
    tileSize: 256,
    maxzoom: tiles.maxZoom,
    attribution: tiles.attribution,
  });
  map.addLayer({ id: "tiles", type: "raster", source: "tiles" }, BELOW);
}

/** Draws water, parks, buildings and roads below the areas, in this order. */
export function addGround(map: MapLibreMap, ground: Ground): void {
  map.addSource("ground", { type: "geojson", data: ground });
  for (const kind of ["water", "park", "building"] as const) {
    map.addLayer(
      {
        id: `ground-${kind}`,
        type: "fill",
        source: "ground",
        filter: ["all", ["==", ["get", "kind"], kind], ["==", ["geometry-type"], "Polygon"]],
        paint: { "fill-color": colourOf(COLOURS[kind]) },
      },
      BELOW,
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
          "line-color": colourOf(COLOURS[kind]),
          "line-width": ["interpolate", ["linear"], ["zoom"], 10, 1, 16, 5],
        },
      },
      BELOW,
    );
  }
}

/** The colours of another theme. */
export function recolourGround(map: MapLibreMap): void {
  for (const kind of ["water", "park", "building"] as const) {
    if (map.getLayer(`ground-${kind}`))
      map.setPaintProperty(`ground-${kind}`, "fill-color", colourOf(COLOURS[kind]));
  }
  for (const kind of ["water", "road"] as const) {
    const layer = `ground-${kind}-line`;
    if (map.getLayer(layer)) map.setPaintProperty(layer, "line-color", colourOf(COLOURS[kind]));
  }
}
