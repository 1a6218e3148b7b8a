import type { ReactNode } from "react";
import type { Origin } from "../api-types.ts";

const MEANINGS: Readonly<Record<Origin, string>> = {
  live: "Measured now by a real device",
  recorded: "Real measurements from the past, replayed as if they were made now",
  simulated: "Computed, measured nowhere",
};

/** Says where a device's readings come from; it stands wherever a device stands. */
export function OriginTag({ origin }: { origin: Origin | null }): ReactNode {
  if (origin === null) return <span className="tag">not registered</span>;
  return (
    <span className={`tag tag-${origin}`} title={MEANINGS[origin]}>
      {origin}
    </span>
  );
}
