import type { ReactNode } from "react";
import { useCity } from "./city-context.tsx";
import { useView } from "./use-view.ts";

/** Which part of the city the page is about. */
export function ScopeBar(): ReactNode {
  const { city } = useCity();
  const { view, link } = useView();
  const areas = [
    { id: null, name: "Whole city" },
    ...city.areas.features.map(({ properties }) => ({ id: properties.id, name: properties.name })),
  ];
  const { live, recorded, simulated } = city.devices;
  return (
    <div className="scope-bar">
      <nav aria-label="Part of the city" className="scope">
        {areas.map(({ id, name }) => (
          <a
            key={id ?? ""}
            className="scope-choice"
            aria-current={view.area === id || undefined}
            {...link({ area: id })}
          >
            {name}
          </a>
        ))}
      </nav>
      {live === 0 && recorded + simulated > 0 && (
        <p className="scope-note small muted">
          Nothing here is measured now: the data is{" "}
          {[recorded > 0 && "recorded", simulated > 0 && "simulated"].filter(Boolean).join(" and ")}.{" "}
          <a href="#sources">Where it comes from</a>
        </p>
      )}
    </div>
  );
}
