import type { ReactNode } from "react";

/** What of a page that travels is not quite as it was: said plainly, in the colour of the past. */
export function PastNote({ children }: { children: ReactNode }): ReactNode {
  return <p className="past-note small">{children}</p>;
}
