import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { metricsQuery } from "../api/queries.ts";
import type { WorkItem } from "../api-types.ts";
import { useWords } from "../i18n/words.ts";
import { useCity } from "../page/city-context.tsx";
import { DeviceMark } from "../ui/device-mark.tsx";
import { findingWords } from "./finding-words.ts";

const SEVERITIES: Readonly<Record<number, "urgent" | "soon" | "watch">> = {
  3: "urgent",
  2: "soon",
  1: "watch",
};

/** What speaks against a sensor only in messages that were refused. */
const REFUSED: ReadonlySet<string> = new Set([
  "clock_ahead",
  "clock_behind",
  "clock_unreadable",
  "impossible",
]);

export interface FindingRowProps {
  readonly item: Pick<
    WorkItem,
    "reason" | "severity" | "facts" | "since" | "kind" | "device" | "deviceName" | "area"
  >;
  readonly origin: "live" | "recorded" | "simulated";
  readonly now: number;
  /** Where its device is shown on the map of this page; left out: nowhere. */
  readonly onMap?: string | undefined;
  readonly className?: string;
  /** What stands below it, for its title. */
  readonly children?: (title: string) => ReactNode;
}

/** What needs attention: what it is, why, since when and where. */
export function FindingRow({ item, origin, now, onMap, className, children }: FindingRowProps): ReactNode {
  const words = useWords();
  const { t } = words;
  const { format, areaName } = useCity();
  const { data: metrics } = useQuery(metricsQuery);
  const { title, why, since } = findingWords(item, words, format, metrics ?? [], now);
  const severity = SEVERITIES[item.severity] ?? "watch";
  const { metric } = item.facts;
  return (
    <li className={`finding finding-${severity}${className === undefined ? "" : ` ${className}`}`}>
      <span className="finding-severity">{t(`attention.${severity}`)}</span>
      <div className="finding-words">
        <h3>{title}</h3>
        <p className="small">{why}</p>
        <p className="small muted finding-where">
          {item.device !== null && (
            <span className="finding-device">
              {item.kind !== null && <DeviceMark kind={item.kind} origin={origin} />}
              <Link to="/devices/$id" params={{ id: item.device }} search={metric === null ? {} : { metric }}>
                {item.deviceName}
              </Link>
            </span>
          )}
          <span>{item.area === null ? t("area.none") : areaName(item.area)}</span>
          {since !== null && <span>{since}</span>}
          {item.reason === "missing" && item.device !== null && (
            <Link to="/ledger" search={{ range: "30d", differences: "true", device: item.device }}>
              {t("attention.inLedger")}
              <span className="unseen"> {item.deviceName}</span>
            </Link>
          )}
          {REFUSED.has(item.facts.flag ?? "") && item.device !== null && (
            <Link to="/rejections" search={{ range: "24h", device: item.device }}>
              {t("attention.whatWasRefused")}
              <span className="unseen"> {item.deviceName}</span>
            </Link>
          )}
          {onMap !== undefined && (
            <Link to="/" search={(before) => ({ ...before, device: onMap })} hash="map">
              {t("attention.onMap")}
              <span className="unseen"> {item.deviceName}</span>
            </Link>
          )}
        </p>
        {children?.(title)}
      </div>
    </li>
  );
}
