import type { CSSProperties, ReactNode } from "react";
import type { Origin } from "../api-types.ts";

/** The outline of each kind of device in a box of 24 by 24. A kind without an outline of its own is an octagon. */
const OUTLINES: Readonly<Record<string, string>> = {
  air: "M12 4a8 8 0 1 0 0 16a8 8 0 1 0 0-16Z",
  bin: "M5 5H19V19H5Z",
  meter: "M12 2.5 21.5 12 12 21.5 2.5 12Z",
  noise: "M12 3.2 21.6 20H2.4Z",
  weather: "M7.2 4h9.6L21.6 12l-4.8 8H7.2L2.4 12Z",
};
const OTHER = "M8.5 3.5h7L20.5 8.5v7L15.5 20.5h-7L3.5 15.5v-7Z";

/** The outline that tells the kind of a device, as SVG path data in a box of 24 by 24. */
export function outlineOf(kind: string): string {
  return OUTLINES[kind] ?? OTHER;
}

/** Shape tells the kind; filled is recorded, hollow is simulated, filled with a dot is live. */
export function DeviceMark({
  kind,
  origin,
  size = 14,
}: {
  kind: string;
  origin: Origin;
  size?: number;
}): ReactNode {
  const style: CSSProperties = { flex: "none" };
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false" style={style}>
      <MarkShape kind={kind} origin={origin} />
    </svg>
  );
}

/** The shapes of a mark, to be put into any SVG. */
export function MarkShape({ kind, origin }: { kind: string; origin: Origin }): ReactNode {
  return (
    <>
      <path
        d={outlineOf(kind)}
        fill={origin === "simulated" ? "var(--mark-hollow)" : "var(--mark)"}
        stroke={origin === "simulated" ? "var(--mark)" : "var(--mark-edge)"}
        strokeWidth={origin === "simulated" ? 2.6 : 1.4}
        strokeLinejoin="round"
      />
      {origin === "live" && <circle cx="12" cy="13" r="3.4" fill="var(--mark-hollow)" />}
    </>
  );
}
