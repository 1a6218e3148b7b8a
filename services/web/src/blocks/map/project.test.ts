import { describe, expect, it } from "vitest";
import type { Area } from "../../api-types.ts";
import { boundsOf, labelPlace, planOf } from "./project.ts";

const square = (lon: number, lat: number, size: number): number[][] => [
  [lon, lat],
  [lon + size, lat],
  [lon + size, lat + size],
  [lon, lat + size],
  [lon, lat],
];
const area = (...rings: number[][][]): Area => ({
  type: "Feature",
  properties: { id: "a", name: "A", population: 1 },
  geometry: { type: "MultiPolygon", coordinates: rings.map((ring) => [ring]) },
});

describe("boundsOf", () => {
  it("is the box around all areas, and nothing for none", () => {
    expect(boundsOf([area(square(0, 0, 1)), area(square(2, -1, 1))])).toEqual([0, -1, 3, 1]);
    expect(boundsOf([])).toBeNull();
  });
});

describe("labelPlace", () => {
  it("is the middle of the largest part", () => {
    const [lon, lat] = labelPlace(area(square(10, 10, 1), square(0, 50, 4)));
    expect(lon).toBeCloseTo(2);
    expect(lat).toBeCloseTo(52);
  });
});

describe("planOf", () => {
  it("puts north up and keeps a square a square", () => {
    const plan = planOf([0, 59.5, 2, 60.5], 1000, 0);
    expect(plan.project([0, 60.5])).toEqual([0, 0]);
    expect(plan.height).toBeCloseTo(1000, 0);
  });

  it("stays within its padding", () => {
    const plan = planOf([0, 0, 1, 1], 100, 10);
    expect(plan.project([1, 0])[0]).toBeCloseTo(90);
    expect(plan.project([1, 0])[1]).toBeCloseTo(plan.height - 10);
  });
});
