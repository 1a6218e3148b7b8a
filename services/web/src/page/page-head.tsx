import { type ReactNode, useEffect } from "react";
import { useCity } from "./city-context.tsx";

/** The name of the page in the window's title. */
export function usePageTitle(title: string): void {
  const { city } = useCity();
  useEffect(() => {
    document.title = `${title} · ${city.name} · kota`;
  }, [title, city.name]);
}

/** The head of a page: its name, one line that says what it is, and what can be done. */
export function PageHead({
  title,
  lead,
  actions,
}: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
}): ReactNode {
  usePageTitle(title);
  return (
    <header className="page-title">
      <div className="page-title-words">
        <h1>{title}</h1>
        {lead !== undefined && <p className="muted">{lead}</p>}
      </div>
      {actions !== undefined && <div className="block-actions">{actions}</div>}
    </header>
  );
}
