import type { DeviceReceipt, IndicatorReceipt, Receipt, WholeReceipt } from "../receipt.ts";

/** What devices would say for an indicator; undefined: this indicator stays as it is. */
export type ChangedDevices = (receipt: IndicatorReceipt) => readonly DeviceReceipt[] | undefined;

/**
 * A receipt with other evidence, to be recomputed. Parts without a change are closed, so that they count with the
 * numbers that they state and cost nothing. Undefined: nothing changed.
 */
export function changedEvidence(receipt: Receipt, change: ChangedDevices): Receipt | undefined {
  if (receipt.kind === "whole") return changedWhole(receipt, change);
  // What is reported is no device's, and stays.
  if (receipt.kind === "reported") return undefined;
  const devices = change(receipt);
  return devices && { ...receipt, devices };
}

function changedWhole(receipt: WholeReceipt, change: ChangedDevices): Receipt | undefined {
  let isChanged = false;
  const parts = receipt.parts.map((part) => {
    const changed = part.receipt === null ? undefined : changedEvidence(part.receipt, change);
    if (changed) isChanged = true;
    return { ...part, receipt: changed ?? null };
  });
  return isChanged ? { ...receipt, parts } : undefined;
}

/** The indicators that a receipt is open down to. */
export function* indicatorReceipts(receipt: Receipt): Generator<IndicatorReceipt> {
  if (receipt.kind === "indicator") yield receipt;
  if (receipt.kind === "whole")
    for (const { receipt: below } of receipt.parts) if (below) yield* indicatorReceipts(below);
}
