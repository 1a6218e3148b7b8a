import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from "maplibre-gl";

/** What is drawn of an archive of vector tiles, and the custom property of its colour. */
export const GROUND_COLOURS = {
  water: "--ground-water",
  park: "--ground-park",
  building: "--ground-building",
  road: "--ground-road",
} as const;

/** The names that Protomaps, OpenMapTiles and Shortbread give to their layers, by what is drawn of them. */
const AREAS = {
  park: ["park", "landuse", "landcover", "land"],
  water: ["ocean", "water", "water_polygons"],
  building: ["building", "buildings"],
} as const;
const WATERCOURSES = ["water", "waterway", "water_lines"];
const ROADS = ["roads", "transportation", "streets"];
const ROAD_NAMES = ["roads", "transportation_name", "street_labels"];
const PLACES = ["places", "place", "place_labels"];

const SORT: ExpressionSpecification = ["coalesce", ["get", "kind"], ["get", "class"], ""];
const GREEN = [
  ...["allotments", "cemetery", "forest", "garden", "golf_course", "grass", "grassland", "heath", "meadow"],
  ...["national_park", "nature_reserve", "orchard", "park", "playground", "protected_area"],
  ...["recreation_ground", "scrub", "village_green", "wetland", "wood"],
];
const MAIN_ROADS = ["highway", "major_road", "motorway", "trunk", "primary", "secondary"];
const NO_ROADS = [
  ...["aerialway", "aeroway", "ferry", "funicular", "light_rail", "monorail", "narrow_gauge", "pier", "rail"],
  ...["runway", "subway", "taxiway", "tram", "transit"],
];

/**
 * The layers that draw an archive, below what kota shows.
 * @param names The layers that the archive says it has; null: it does not say.
 */
export function archiveLayers(
  source: string,
  names: readonly string[] | null,
  colourOf: (property: string) => string,
): readonly LayerSpecification[] {
  const found = (wanted: readonly string[]) => wanted.filter((name) => names?.includes(name) ?? true);
  const areas = (["park", "water", "building"] as const).flatMap((kind) =>
    found(AREAS[kind]).map(
      (name): LayerSpecification => ({
        id: `archive/fill/${kind}/${name}`,
        type: "fill",
        source,
        "source-layer": name,
        filter: areaFilter(kind, name),
        paint: { "fill-color": colourOf(GROUND_COLOURS[kind]) },
      }),
    ),
  );
  const line = (kind: "water" | "road", name: string): LayerSpecification => ({
    id: `archive/line/${kind}/${name}`,
    type: "line",
    source,
    "source-layer": name,
    filter: kind === "road" ? ["!", ["in", SORT, ["literal", NO_ROADS]]] : LINES,
    layout: { "line-cap": "round", "line-join": "round" },
    paint: {
      "line-color": colourOf(GROUND_COLOURS[kind]),
      "line-width": kind === "road" ? ROAD_WIDTH : ["interpolate", ["linear"], ["zoom"], 10, 0.8, 16, 4],
    },
  });
  return [
    ...areas,
    ...found(WATERCOURSES).map((name) => line("water", name)),
    ...found(ROADS).map((name) => line("road", name)),
  ];
}

/** The names of places and roads, which stand above the colours of the areas. The browser's own fonts draw them. */
export function archiveNames(
  source: string,
  names: readonly string[] | null,
  colourOf: (property: string) => string,
): readonly LayerSpecification[] {
  const found = (wanted: readonly string[]) => wanted.filter((name) => names?.includes(name) ?? true);
  const label = (name: string, isRoad: boolean): LayerSpecification => ({
    id: `archive/names/${name}`,
    type: "symbol",
    source,
    "source-layer": name,
    filter: ["has", "name"],
    minzoom: isRoad ? 14 : 9,
    layout: {
      "text-field": ["get", "name"],
      "text-size": isRoad ? 11 : 12,
      "symbol-placement": isRoad ? "line" : "point",
    },
    paint: {
      "text-color": colourOf("--text-muted"),
      "text-halo-color": colourOf("--map-ground"),
      "text-halo-width": 1.4,
    },
  });
  return [
    ...found(ROAD_NAMES).map((name) => label(name, true)),
    ...found(PLACES).map((name) => label(name, false)),
  ];
}

const LINES: FilterSpecification = ["==", ["geometry-type"], "LineString"];
const ROAD_WIDTH: ExpressionSpecification = [
  "interpolate",
  ["exponential", 1.5],
  ["zoom"],
  11,
  ["match", SORT, MAIN_ROADS, 1.2, 0.4],
  17,
  ["match", SORT, MAIN_ROADS, 11, 6],
];

function areaFilter(kind: string, name: string): FilterSpecification {
  const isArea: FilterSpecification = ["==", ["geometry-type"], "Polygon"];
  // All of OpenMapTiles' layer `park` is one; the others have fields, industry and the like too.
  if (kind !== "park" || name === "park") return isArea;
  return ["all", isArea, ["in", SORT, ["literal", GREEN]]];
}
