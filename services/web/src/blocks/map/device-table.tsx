import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { metricsQuery } from "../../api/queries.ts";
import type { Device } from "../../api-types.ts";
import { shownAge } from "../../format/format.ts";
import { withUnit } from "../../format/unit.ts";
import { useCity } from "../../page/city-context.tsx";
import { useView } from "../../page/use-view.ts";
import { mainMetric } from "../../series/main-metric.ts";
import { kindTitle } from "../../ui/device-mark.tsx";
import { OriginTag } from "../../ui/origin-tag.tsx";
import { TableScroll } from "../../ui/table-scroll.tsx";
import { useNow } from "../../ui/use-now.ts";

const MOST_ROWS = 100;

/** The devices of the map as a table: the same devices, the same choice. */
export function DeviceTable({ devices }: { devices: readonly Device[] }): ReactNode {
  const { areaName, format } = useCity();
  const { link, view } = useView();
  const { data: metrics } = useQuery(metricsQuery);
  const now = useNow(5000);
  const [sought, setSought] = useState("");
  const field = useId();
  const words = sought.toLowerCase();
  const found = devices.filter(
    ({ id, name, kind, origin }) =>
      words === "" || `${id} ${name} ${kind ?? ""} ${origin ?? ""}`.toLowerCase().includes(words),
  );
  return (
    <div className="device-table">
      <div className="field small">
        <label htmlFor={field}>Find a device</label>
        <input
          id={field}
          type="search"
          value={sought}
          placeholder="name, kind or origin"
          onChange={(event) => setSought(event.target.value)}
        />
        <span className="muted">
          {found.length > MOST_ROWS
            ? `the first ${MOST_ROWS} of ${format.count(found.length)}`
            : `${format.count(found.length)} devices`}
        </span>
      </div>
      <TableScroll label="Table of devices" tall>
        <table>
          <thead>
            <tr>
              <th scope="col">Device</th>
              <th scope="col">Kind</th>
              <th scope="col">Origin</th>
              <th scope="col">Area</th>
              <th scope="col" className="number">
                Newest value
              </th>
              <th scope="col" className="number">
                Seen
              </th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, MOST_ROWS).map((device) => {
              const metric = mainMetric(device, metrics ?? []);
              const value = metric === null ? undefined : device.latest[metric.name];
              return (
                <tr key={device.id} className={device.id === view.device ? "chosen" : undefined}>
                  <th scope="row">
                    <a {...link({ device: device.id, metric: null })}>{device.name}</a>
                  </th>
                  <td>{device.kind === null ? "" : kindTitle(device.kind)}</td>
                  <td>
                    <OriginTag origin={device.origin} />
                  </td>
                  <td>{device.area === null ? "" : areaName(device.area)}</td>
                  <td className="number">
                    {metric === null || value === undefined
                      ? "nothing yet"
                      : withUnit(format.number(value.value, metric.decimals), metric.unit)}
                  </td>
                  <td className="number">
                    {device.lastSeen === null ? "never" : shownAge(Date.parse(device.lastSeen), now)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableScroll>
    </div>
  );
}
