import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import { devicesQuery } from "../../api/queries.ts";
import type { Origin } from "../../api-types.ts";
import { useCity } from "../../page/city-context.tsx";
import { Block } from "../../ui/block.tsx";
import { kindTitle } from "../../ui/device-mark.tsx";
import { OriginTag } from "../../ui/origin-tag.tsx";
import { TableScroll } from "../../ui/table-scroll.tsx";
import { devicesBySource } from "./devices-by-source.ts";

const ORIGINS: readonly { origin: Origin; meaning: string }[] = [
  { origin: "live", meaning: "measured now by real devices" },
  { origin: "recorded", meaning: "real measurements of the past, replayed as if they were made now" },
  { origin: "simulated", meaning: "computed, measured nowhere" },
];

/** Where every number comes from, and what may be done with it. */
export function SourcesBlock(): ReactNode {
  const { city, format } = useCity();
  const [open, setOpen] = useState(false);
  return (
    <Block
      id="sources"
      title="Where the data comes from"
      lead="Which devices are real, which replay a recording, which are simulated, and under what licence."
    >
      {city.description !== "" && <p className="sources-description">{city.description}</p>}
      <ul className="origins">
        {ORIGINS.map(({ origin, meaning }) => (
          <li key={origin} className="origin">
            <span className="origin-count number">{format.count(city.devices[origin])}</span>
            <OriginTag origin={origin} />
            <span className="small muted">{meaning}</span>
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
        <summary className="source-summary">Which devices are which</summary>
        {open && <DevicesBySource />}
      </details>
    </Block>
  );
}

function DevicesBySource(): ReactNode {
  const { format } = useCity();
  const { data: devices } = useQuery(devicesQuery);
  const groups = useMemo(() => devicesBySource(devices ?? []), [devices]);
  return (
    <TableScroll label="Devices by source">
      <table>
        <thead>
          <tr>
            <th scope="col">Devices</th>
            <th scope="col">Kind</th>
            <th scope="col">Origin</th>
            <th scope="col">How its values came about</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={`${group.kind} ${group.origin} ${group.attribution}`}>
              <td className="number">{format.count(group.count)}</td>
              <td>{group.kind === null ? "not registered" : kindTitle(group.kind)}</td>
              <td>
                <OriginTag origin={group.origin} />
              </td>
              <td>{group.attribution ?? "not stated"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
