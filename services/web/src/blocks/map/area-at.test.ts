import { describe, expect, it } from "vitest";
import type { Area } from "../../api-types.ts";
import { areaAt } from "./area-at.ts";

const square = (west: number, south: number, size: number) => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];
const area = (id: string, geometry: object): Area =>
  ({ type: "Feature", properties: { id }, geometry }) as unknown as Area;
const AREAS = [
  area("ring", { type: "Polygon", coordinates: [square(0, 0, 10), square(4, 4, 2)] }),
  area("two", { type: "MultiPolygon", coordinates: [[square(20, 0, 1)], [square(30, 0, 1)]] }),
];

describe("the area at a place", () => {
  it("is the one that the place lies in, in any of its parts", () => {
    expect(areaAt(AREAS, [1, 1])).toBe("ring");
    expect(areaAt(AREAS, [20.5, 0.5])).toBe("two");
    expect(areaAt(AREAS, [30.5, 0.5])).toBe("two");
  });

  it("is none beside them, between them and in a hole", () => {
    for (const place of [
      [-1, 1],
      [25, 0.5],
      [5, 5],
      [1, 11],
    ] as const) {
      expect(areaAt(AREAS, place)).toBeNull();
    }
  });
});
