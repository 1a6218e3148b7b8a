import { describe, expect, it } from "vitest";
import { archiveLayers, archiveNames } from "./archive-layers.ts";

const drawn = (names: readonly string[] | null) => [
  ...archiveLayers("a", names, (property) => property),
  ...archiveNames("a", names, (property) => property),
];
const sourcesOf = (names: readonly string[] | null) =>
  drawn(names).map((layer) => ("source-layer" in layer ? layer["source-layer"] : null));

describe("an archive of vector tiles", () => {
  it.each([
    [
      "Protomaps",
      ["boundaries", "buildings", "earth", "landuse", "places", "pois", "roads", "water"],
      ["landuse", "water", "buildings", "water", "roads", "roads", "places"],
    ],
    [
      "OpenMapTiles",
      [
        "building",
        "landcover",
        "park",
        "place",
        "transportation",
        "transportation_name",
        "water",
        "waterway",
      ],
      [
        "park",
        "landcover",
        "water",
        "building",
        "water",
        "waterway",
        "transportation",
        "transportation_name",
        "place",
      ],
    ],
    [
      "Shortbread",
      [
        "buildings",
        "land",
        "ocean",
        "place_labels",
        "street_labels",
        "streets",
        "water_lines",
        "water_polygons",
      ],
      [
        "land",
        "ocean",
        "water_polygons",
        "buildings",
        "water_lines",
        "streets",
        "street_labels",
        "place_labels",
      ],
    ],
  ])("as %s makes it is drawn from parks up to names", (_, names, expected) => {
    expect(sourcesOf(names)).toEqual(expected);
  });

  it("of layers that nobody knows draws nothing, and one that names none is asked for all", () => {
    expect(drawn(["contours"])).toEqual([]);
    expect(new Set(sourcesOf(null))).toContain("transportation");
  });

  it("gives each of its layers a name of its own", () => {
    const ids = drawn(null).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
