import { withUnit } from "@kota/model/shown-unit";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Device, Metric } from "../api-types.ts";
import { useWords } from "../i18n/words.ts";
import { useCity } from "../page/city-context.tsx";
import { usePresent } from "../past/use-moment.ts";
import { metricsOf } from "../series/main-metric.ts";

/** The newest value of each metric of a device, each a link to its course. */
export function LatestValues({
  device,
  metrics,
  chosen,
}: {
  device: Device;
  metrics: readonly Metric[];
  /** The metric that is shown beside it. */
  chosen: string | null;
}): ReactNode {
  const { t, age, metric: titleOf } = useWords();
  const { format } = useCity();
  const now = usePresent();
  const shown = metricsOf(device, metrics);
  if (shown.length === 0) return <p className="small muted">{t("device.nothing")}</p>;
  return (
    <ul className="latest">
      {shown.map((metric) => {
        const value = device.latest[metric.name];
        if (value === undefined) return null;
        return (
          <li key={metric.name}>
            <Link
              to="/devices/$id"
              params={{ id: device.id }}
              search={(before) => ({ ...before, metric: metric.name })}
              resetScroll={false}
              className={metric.name === chosen ? "latest-row latest-on" : "latest-row"}
            >
              <span className="latest-title">{titleOf(metric)}</span>
              <strong className="number latest-value">
                {withUnit(format.number(value.value, metric.decimals), metric.unit)}
              </strong>
              <span className="latest-age">{age(Date.parse(value.time), now)}</span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
