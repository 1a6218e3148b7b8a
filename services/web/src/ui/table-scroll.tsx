import type { ReactNode } from "react";

/** A table wider or higher than its place scrolls in here, by keyboard too; the page itself never scrolls sideways. */
export function TableScroll({
  label,
  tall = false,
  children,
}: {
  label: string;
  tall?: boolean;
  children: ReactNode;
}): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className={tall ? "table-scroll table-tall" : "table-scroll"} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
