import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useWords } from "../i18n/words.ts";
import { LookBack } from "../past/past-bar.tsx";
import { useView } from "../routing/use-view.ts";
import { useCity } from "./city-context.tsx";

/** Which part of the city the page is about. */
export function ScopeBar(): ReactNode {
  const { city } = useCity();
  const { t } = useWords();
  const { view, link } = useView();
  const areas = [
    { id: null, name: t("area.city") },
    ...city.areas.features.map(({ properties }) => ({ id: properties.id, name: properties.name })),
  ];
  const { live, recorded, simulated } = city.devices;
  const notLive =
    recorded > 0 && simulated > 0
      ? t("scope.and", { a: t("origin.recorded"), b: t("origin.simulated") })
      : t(recorded > 0 ? "origin.recorded" : "origin.simulated");
  return (
    <div className="scope-bar">
      <nav aria-label={t("area.part")} className="scope">
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
      {view.at === null && <LookBack />}
      {live === 0 && recorded + simulated > 0 && (
        <p className="scope-note small muted">
          {t("scope.notLive", { origins: notLive })} <Link to="/sources">{t("scope.where")}</Link>
        </p>
      )}
    </div>
  );
}
