import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { metricsQuery } from "../../api/queries.ts";
import { findingWords } from "../../attention/finding-words.ts";
import type { Finding, Severity } from "../../attention/findings.ts";
import { BIN_FULL } from "../../attention/thresholds.ts";
import { useAttention } from "../../attention/use-attention.ts";
import { withUnit } from "../../format/unit.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { usePresent } from "../../past/use-moment.ts";
import { useView } from "../../routing/use-view.ts";
import { Block } from "../../ui/block.tsx";
import { DeviceMark } from "../../ui/device-mark.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";

const FIRST = 6;
const MORE = 50;

/** What stands out now, the most pressing first, each with why, since when and where. */
export function AttentionBlock(): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const { view } = useView();
  const { findings, isChecking, notAsked, error, refetch } = useAttention(view.area);
  const [most, setMost] = useState(FIRST);
  const shown = findings?.slice(0, most) ?? [];
  const rest = (findings?.length ?? 0) - shown.length;
  return (
    <Block
      id="attention"
      title={t("attention.title")}
      lead={t("attention.lead")}
      actions={
        findings !== undefined && findings.length > 0 ? (
          <span className="tag number">
            {t("attention.count", { count: findings.length, n: format.count(findings.length) })}
          </span>
        ) : undefined
      }
    >
      {findings === undefined && error !== null ? (
        <Failure what={t("what.attention")} error={error} onRetry={refetch} />
      ) : findings === undefined || (findings.length === 0 && isChecking) ? (
        <Loading what={t("what.attention")} lines={4} />
      ) : findings.length === 0 ? (
        <Notice title={t("attention.none")}>
          {t("attention.noneHelp", { bin: withUnit(format.number(BIN_FULL, 0), "%") })}
        </Notice>
      ) : (
        <>
          <ol className="findings">
            {shown.map((finding) => (
              <FindingRow key={finding.id} finding={finding} />
            ))}
          </ol>
          <div className="finding-more small muted">
            {rest > 0 && (
              <button type="button" className="button" onClick={() => setMost(most + MORE)}>
                {t("attention.more", {
                  count: Math.min(rest, MORE),
                  n: format.count(Math.min(rest, MORE)),
                })}
              </button>
            )}
            {most > FIRST && findings.length > FIRST && (
              <button type="button" className="button" onClick={() => setMost(FIRST)}>
                {t("attention.fewer")}
              </button>
            )}
            {isChecking && <span>{t("attention.checking")}</span>}
            {notAsked > 0 && <span>{t("attention.capped", { n: format.count(notAsked) })}</span>}
          </div>
        </>
      )}
    </Block>
  );
}

const SEVERITIES: Readonly<Record<Severity, "urgent" | "soon" | "watch">> = {
  3: "urgent",
  2: "soon",
  1: "watch",
};

function FindingRow({ finding }: { finding: Finding }): ReactNode {
  const words = useWords();
  const { t } = words;
  const { format, areaName } = useCity();
  const { data: metrics } = useQuery(metricsQuery);
  const now = usePresent(60_000);
  const { device, severity } = finding;
  const { title, why, since } = findingWords(finding, words, format, metrics ?? [], now);
  const isPlaced = device.lat !== null && device.lon !== null;
  const metric = finding.kind === "bin" ? "fill_level" : finding.kind === "air" ? finding.metric : undefined;
  return (
    <li className={`finding finding-${SEVERITIES[severity]}`}>
      <span className="finding-severity">{t(`attention.${SEVERITIES[severity]}`)}</span>
      <div className="finding-words">
        <h3>{title}</h3>
        <p className="small">{why}</p>
        <p className="small muted finding-where">
          {device.kind !== null && <DeviceMark kind={device.kind} origin={device.origin ?? "live"} />}
          <Link to="/devices/$id" params={{ id: device.id }} search={metric === undefined ? {} : { metric }}>
            {device.name}
          </Link>
          <span>{device.area === null ? t("area.none") : areaName(device.area)}</span>
          {since !== null && <span>{since}</span>}
          {isPlaced && (
            <Link to="/" search={(before) => ({ ...before, device: device.id })} hash="map">
              {t("attention.onMap")}
              <span className="unseen"> {device.name}</span>
            </Link>
          )}
        </p>
      </div>
    </li>
  );
}
