import type { AreaFeature, Areas } from "@kota/model";

type Ring = readonly (readonly number[])[];

/** The id of the area that a place is in, the first one where areas overlap; null: in none. */
export function areaAt({ features }: Areas, lat: number, lon: number): string | null {
  return features.find(({ geometry }) => isIn(geometry, lat, lon))?.properties.id ?? null;
}

function isIn(geometry: AreaFeature["geometry"], lat: number, lon: number): boolean {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.some(([outer, ...holes]) => {
    return (
      outer !== undefined && isInside(outer, lat, lon) && !holes.some((hole) => isInside(hole, lat, lon))
    );
  });
}

/** A ray to the east crosses the ring an odd number of times. */
function isInside(ring: Ring, lat: number, lon: number): boolean {
  let inside = false;
  let [x0 = 0, y0 = 0] = ring.at(-1) ?? [];
  for (const [x1 = 0, y1 = 0] of ring) {
    if (y1 > lat !== y0 > lat && lon < ((x0 - x1) * (lat - y1)) / (y0 - y1) + x1) inside = !inside;
    [x0, y0] = [x1, y1];
  }
  return inside;
}
