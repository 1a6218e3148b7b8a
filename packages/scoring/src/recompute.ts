import type { ScoreStatus } from "@kota/model";
import { combine, meanOfValues } from "./combine.ts";
import { indicatorScore, tallyOf } from "./indicator-result.ts";
import type { PartReceipt, Receipt } from "./receipt.ts";
import { reportedScore } from "./reports/reported-result.ts";

/** The numbers of a score. */
export interface Recomputed {
  readonly score: number | null;
  readonly status: ScoreStatus;
  readonly coverage: number;
  readonly value: number | null;
}

/**
 * The score that a receipt's evidence gives: of an indicator from its devices' values, of a whole from its parts,
 * and from their evidence where they are open. The same number as the score, to the last digit. The score that the receipt
 * states is not looked at. Null: no score.
 */
export function recompute(receipt: Receipt): number | null {
  return recomputeAll(receipt).score;
}

/** As {@link recompute}, with the value, the coverage and the status. */
export function recomputeAll(receipt: Receipt): Recomputed {
  if (receipt.kind === "indicator") {
    const said = receipt.devices.map(({ leftOut, value, coverage, readings }) =>
      leftOut !== null || value === null ? null : { value, coverage, readings },
    );
    return indicatorScore(receipt.method, tallyOf(receipt.method, said), receipt.limits);
  }
  if (receipt.kind === "reported") {
    const { state, report, method, limits } = receipt;
    return reportedScore(method, state === "reported" && report ? report.value : null, limits);
  }
  const parts = receipt.parts.map((part) => ({ ...part, ...numbersOf(part) }));
  const { score, status, coverage, shares } = combine(parts, receipt.across, receipt.limits);
  const withShares = parts.map(({ value }, index) => ({ value, share: shares[index] ?? 0 }));
  const isIndicatorOfCity = receipt.indicator !== null;
  return { score, status, coverage, value: isIndicatorOfCity ? meanOfValues(withShares) : null };
}

function numbersOf(part: PartReceipt): Pick<Recomputed, "score" | "coverage" | "value"> {
  return part.receipt === null ? part : recomputeAll(part.receipt);
}

/** Where a receipt states other numbers than its evidence gives, as `area/dimension/aspect/indicator: …`; empty when nowhere. */
export function disagreements(receipt: Receipt): string[] {
  const found: string[] = [];
  const { area, dimension, aspect, indicator } = receipt;
  const place = [area, dimension, aspect, indicator].filter((level) => level !== null).join("/");
  const computed = recomputeAll(receipt);
  for (const key of ["score", "status", "coverage", "value"] as const) {
    if (!Object.is(computed[key], receipt[key]))
      found.push(`${place}: ${key} ${receipt[key]}, and the evidence gives ${computed[key]}`);
  }
  if (receipt.kind === "whole") {
    for (const part of receipt.parts) if (part.receipt) found.push(...disagreements(part.receipt));
  }
  return found;
}
