import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { metricsQuery } from "../../api/queries.ts";
import type { Device } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useView } from "../../routing/use-view.ts";
import { DeviceFacts } from "../../ui/device-facts.tsx";
import { LatestValues } from "../../ui/latest-values.tsx";

/** The device that was chosen on the map: what it measures now, and the way to its page. */
export function ChosenDevice({ device }: { device: Device }): ReactNode {
  const { t } = useWords();
  const { link } = useView();
  const { data: metrics } = useQuery(metricsQuery);
  return (
    <section className="chosen-device" aria-label={device.name}>
      <div className="chosen-head">
        <h3>{device.name}</h3>
        <a className="small" {...link({ device: null })}>
          {t("map.close")}
        </a>
      </div>
      <DeviceFacts device={device} />
      <LatestValues device={device} metrics={metrics ?? []} chosen={null} />
      <Link className="button" to="/devices/$id" params={{ id: device.id }} search={{ edit: "yes" }}>
        {t("map.moveDevice")}
      </Link>{" "}
      <Link className="button chosen-open" to="/devices/$id" params={{ id: device.id }}>
        {t("map.openDevice")}
      </Link>
    </section>
  );
}
