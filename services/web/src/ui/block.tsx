import { type ReactNode, useId } from "react";

/** A block of the page: a landmark with its heading, one line that says what it is, and its content. */
export function Block({
  id,
  title,
  lead,
  actions,
  className = "",
  children,
}: {
  id: string;
  title: ReactNode;
  lead: ReactNode;
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}): ReactNode {
  const heading = useId();
  return (
    <section id={id} aria-labelledby={heading} className={`block ${className}`}>
      <header className="block-head">
        <div className="block-title">
          <h2 id={heading}>{title}</h2>
          <p className="muted small">{lead}</p>
        </div>
        {actions !== undefined && <div className="block-actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
