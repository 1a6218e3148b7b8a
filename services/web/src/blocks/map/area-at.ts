import type { Area } from "../../api-types.ts";
import type { Place } from "./project.ts";

/** The area that a place lies in, by its id; null: in none. Holes do not belong to an area. */
export function areaAt(areas: readonly Area[], place: Place): string | null {
  return areas.find((area) => isInside(area, place))?.properties.id ?? null;
}

function isInside({ geometry }: Area, [lon, lat]: Place): boolean {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.some((rings) => {
    let inside = false;
    // A ray to the east crosses the border of what it begins in an odd number of times, holes included.
    for (const ring of rings) {
      ring.forEach(([ax = 0, ay = 0], index) => {
        const [bx = 0, by = 0] = ring[(index + 1) % ring.length] ?? [];
        if (ay > lat !== by > lat && lon < ((bx - ax) * (lat - ay)) / (by - ay) + ax) inside = !inside;
      });
    }
    return inside;
  });
}
