import type { QualityClass } from "@kota/model";
import { combine } from "./combine.ts";
import { scoreOf } from "./goalposts.ts";
import type { PartReceipt, Receipt } from "./receipt.ts";
import type { Goalpost } from "./score-model.ts";

/** The scores between which the true one lies, if the classes hold and whatever the missing data would say. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** How far a value may be off, as a share of the span of its goalposts. Editorial. */
const WIDTH: Readonly<Record<QualityClass, number>> = { A: 0.02, B: 0.05, C: 0.1, D: 0.25 };

const ANYTHING: Bounds = { low: 0, high: 100 };

/**
 * The bounds of a score, from its receipt alone; null when there is no score. A value may be off by what its class allows
 * (that of the report, or the accuracy of the devices), and the share of the data that is missing may be worth anything
 * from 0 to 100. These are bounds and no confidence interval: the parts of a whole are taken at their worst, and at their best,
 * together.
 */
export function boundsOf(receipt: Receipt): Bounds | null {
  return receipt.score === null ? null : possible(receipt);
}

function possible(receipt: Receipt): Bounds {
  if (receipt.kind === "whole") {
    return {
      low: combined(receipt.parts, receipt.across, "low"),
      high: combined(receipt.parts, receipt.across, "high"),
    };
  }
  const { value, coverage, method } = receipt;
  if (receipt.score === null || value === null) return ANYTHING;
  const quality = receipt.kind === "reported" ? receipt.report?.quality : receipt.method.accuracy;
  const { low, high } = around(method.goalposts, value, WIDTH[quality ?? "D"]);
  return { low: low * coverage, high: high * coverage + 100 * (1 - coverage) };
}

/** The least and the greatest score of the values that a value may stand for. */
function around(goalposts: readonly Goalpost[], value: number, share: number): Bounds {
  const span = (goalposts.at(-1)?.[0] ?? value) - (goalposts[0]?.[0] ?? value);
  const [from, to] = [value - span * share, value + span * share];
  const scores = [from, value, to, ...goalposts.map(([at]) => at).filter((at) => at > from && at < to)].map(
    (each) => scoreOf(goalposts, each),
  );
  return { low: Math.min(...scores), high: Math.max(...scores) };
}

function combined(
  parts: readonly PartReceipt[],
  across: "arithmetic" | "geometric",
  end: keyof Bounds,
): number {
  const ends = parts.map(({ weight, asked, score, receipt }) => ({
    weight,
    asked,
    coverage: 1,
    // A part that is closed says nothing of its bounds: its own score stands for both.
    score: (receipt ? possible(receipt) : score === null ? ANYTHING : { low: score, high: score })[end],
  }));
  return combine(ends, across, { minimum: 0, ok: 0 }).score ?? ANYTHING[end];
}
