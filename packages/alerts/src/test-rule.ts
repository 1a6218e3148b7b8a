import type { AlertRule } from "./rule.ts";

/** A rule on a bin for the tests: too far above 90, over at 80, told of missing data. */
export const BIN_RULE: AlertRule = {
  id: "bin-full",
  title: "Bin is full",
  measure: { of: "metric", metric: "fill_level" },
  kinds: ["bin"],
  areas: null,
  devices: null,
  side: "above",
  threshold: 90,
  clear: 80,
  forMs: 600_000,
  severity: "warning",
  noDataAfterMs: 3_600_000,
  tellNoData: true,
  channels: null,
  message: null,
  work: false,
};
