import { type ReactNode, useState } from "react";

/** A part of an explanation that is asked for only when somebody opens it. */
export function Unfold({ title, children }: { title: string; children: () => ReactNode }): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <details className="why-changes" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="why-changes-title">{title}</summary>
      {open && children()}
    </details>
  );
}
