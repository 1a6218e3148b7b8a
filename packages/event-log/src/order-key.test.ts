import { expect, it } from "vitest";
import { orderKey } from "./order-key.ts";

it.each([
  ["kota/v1/air-1", "kota/v1/air-1"],
  ["spBv1.0/plant/NBIRTH/edge", "spBv1.0/plant/edge"],
  ["spBv1.0/plant/NDATA/edge", "spBv1.0/plant/edge"],
  ["spBv1.0/plant/DDATA/edge/meter", "spBv1.0/plant/edge"],
  ["spBv1.0/other/DDATA/edge/meter", "spBv1.0/other/edge"],
  ["spBv1.0/STATE/host", "spBv1.0/STATE/host"],
  ["openaq/v3/locations/8118", "openaq/v3"],
  ["openaq/v3/sensors/3916/measurements", "openaq/v3"],
  ["", ""],
])("messages on '%s' are in order with all of '%s'", (topic, key) => {
  expect(orderKey(topic)).toBe(key);
});
