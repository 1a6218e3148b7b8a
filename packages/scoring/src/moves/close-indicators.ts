import type { IndicatorReceipt, Receipt } from "../receipt.ts";
import { recomputeAll } from "../recompute.ts";

/**
 * A receipt in which some indicators are not opened and count with numbers from elsewhere; what is above them states what
 * follows from those. For areas with more devices than can be opened at once.
 */
export function closeIndicators(
  receipt: Receipt,
  numbersOf: (
    indicator: IndicatorReceipt,
  ) => { readonly score: number | null; readonly coverage: number } | undefined,
): Receipt {
  if (receipt.kind !== "whole") return receipt;
  const parts = receipt.parts.map((part) => {
    if (part.receipt === null) return part;
    const closed = part.receipt.kind === "indicator" ? numbersOf(part.receipt) : undefined;
    if (closed) return { ...part, score: closed.score, coverage: closed.coverage, receipt: null };
    const below = closeIndicators(part.receipt, numbersOf);
    const { score, coverage } = recomputeAll(below);
    return { ...part, score, coverage, receipt: { ...below, score, coverage } };
  });
  const { score, status, coverage } = recomputeAll({ ...receipt, parts });
  return { ...receipt, score, status, coverage, parts };
}
