import type { Area } from "../../api-types.ts";

/** A place: longitude, latitude. */
export type Place = readonly [number, number];

/** West, south, east, north, degrees. */
export type Bounds = readonly [number, number, number, number];

function ringsOf(area: Area): readonly (readonly Place[])[] {
  const { geometry } = area;
  const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
  return rings as unknown as readonly (readonly Place[])[];
}

/** The box around some areas; null when there is none. */
export function boundsOf(areas: readonly Area[]): Bounds | null {
  let bounds: [number, number, number, number] | null = null;
  for (const [lon, lat] of areas.flatMap((area) => ringsOf(area).flat())) {
    bounds ??= [lon, lat, lon, lat];
    bounds = [
      Math.min(bounds[0], lon),
      Math.min(bounds[1], lat),
      Math.max(bounds[2], lon),
      Math.max(bounds[3], lat),
    ];
  }
  return bounds;
}

/** Where the name of an area is put: the centroid of its largest ring. */
export function labelPlace(area: Area): Place {
  let best: { size: number; place: Place } = { size: -1, place: [0, 0] };
  for (const ring of ringsOf(area)) {
    let twice = 0;
    let x = 0;
    let y = 0;
    const origin = ring[0] ?? [0, 0];
    for (let index = 0; index < ring.length; index += 1) {
      const [ax, ay] = from(origin, ring[index] ?? origin);
      const [bx, by] = from(origin, ring[(index + 1) % ring.length] ?? origin);
      const cross = ax * by - bx * ay;
      twice += cross;
      x += (ax + bx) * cross;
      y += (ay + by) * cross;
    }
    if (Math.abs(twice) <= best.size) continue;
    const place: Place = twice === 0 ? origin : [origin[0] + x / (3 * twice), origin[1] + y / (3 * twice)];
    best = { size: Math.abs(twice), place };
  }
  return best.place;
}

function from(origin: Place, [lon, lat]: Place): [number, number] {
  return [lon - origin[0], lat - origin[1]];
}

/** A flat plan of a box: longitudes are shortened as they are at its middle latitude, so that shapes keep their form. */
export function planOf(bounds: Bounds, width: number, padding: number) {
  const [west, south, east, north] = bounds;
  const shorten = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = (width - 2 * padding) / Math.max(1e-9, (east - west) * shorten);
  const height = (north - south) * scale + 2 * padding;
  const project = ([lon, lat]: Place): Place => [
    padding + (lon - west) * shorten * scale,
    padding + (north - lat) * scale,
  ];
  const unproject = ([x, y]: Place): Place => [
    west + (x - padding) / (shorten * scale),
    north - (y - padding) / scale,
  ];
  const pathOf = (area: Area): string =>
    ringsOf(area)
      .map(
        (ring) =>
          `M${ring
            .map((place) =>
              project(place)
                .map((at) => at.toFixed(1))
                .join(" "),
            )
            .join("L")}Z`,
      )
      .join("");
  return { width, height, project, unproject, pathOf };
}
