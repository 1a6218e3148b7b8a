import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { devicesQuery } from "../../api/queries.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { OriginTag } from "../../ui/origin-tag.tsx";
import { TableScroll } from "../../ui/table-scroll.tsx";
import { devicesBySource } from "./devices-by-source.ts";

const ORIGINS = ["live", "recorded", "simulated"] as const;

/** Where every number comes from, and what may be done with it. */
export function SourcesBlock(): ReactNode {
  const { city, format } = useCity();
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <section id="sources" className="block" aria-label={t("sources.title")}>
      {city.description !== "" && <p className="sources-description">{city.description}</p>}
      <ul className="origins">
        {ORIGINS.map((origin) => (
          <li key={origin} className="origin">
            <span className="origin-count number">{format.count(city.devices[origin])}</span>
            <OriginTag origin={origin} />
            <span className="small muted">{t(`sources.${origin}`)}</span>
          </li>
        ))}
      </ul>
      {city.attributions.length > 0 && (
        <ul className="attributions">
          {city.attributions.map((attribution) => (
            <li key={attribution.title} className="card attribution">
              <h3>{attribution.title}</h3>
              <p className="small">
                {attribution.publisher} <span className="tag">{attribution.licence}</span>
              </p>
              <p className="small muted">{attribution.note}</p>
            </li>
          ))}
        </ul>
      )}
      <details className="source-devices" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="source-summary">{t("sources.which")}</summary>
        {open && <DevicesBySource />}
      </details>
    </section>
  );
}

function DevicesBySource(): ReactNode {
  const { format } = useCity();
  const { t, kind } = useWords();
  const { data: devices } = useQuery(devicesQuery);
  const groups = useMemo(() => devicesBySource(devices ?? []), [devices]);
  return (
    <TableScroll label={t("sources.table")}>
      <table>
        <thead>
          <tr>
            <th scope="col" className="number">
              {t("sources.devices")}
            </th>
            <th scope="col">{t("sources.kind")}</th>
            <th scope="col">{t("sources.origin")}</th>
            <th scope="col">{t("sources.how")}</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={`${group.kind} ${group.origin} ${group.attribution}`}>
              <td className="number">{format.count(group.count)}</td>
              <td>{kind(group.kind)}</td>
              <td>
                <OriginTag origin={group.origin} />
              </td>
              <td>{group.attribution ?? t("sources.notStated")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
