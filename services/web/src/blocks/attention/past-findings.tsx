import { BIN_FULL, type Finding, sightingOf } from "@kota/attention";
import { withUnit } from "@kota/model/shown-unit";
import type { ReactNode } from "react";
import { FindingRow, type FindingRowProps } from "../../attention/finding-row.tsx";
import { useAttention } from "../../attention/use-attention.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { usePresent } from "../../past/use-moment.ts";
import { useView } from "../../routing/use-view.ts";
import { Block } from "../../ui/block.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";

const MOST = 50;

/** What stood out at a moment of the past. There is nothing to be done about it any more. */
export function PastFindings(): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const { view } = useView();
  const { findings, isChecking, notAsked, error, refetch } = useAttention(view.area);
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
            {findings.slice(0, MOST).map((finding) => (
              <PastRow key={finding.id} finding={finding} />
            ))}
          </ol>
          <div className="finding-more small muted">
            {isChecking && <span>{t("attention.checking")}</span>}
            {notAsked > 0 && <span>{t("attention.capped", { n: format.count(notAsked) })}</span>}
          </div>
        </>
      )}
    </Block>
  );
}

function PastRow({ finding }: { finding: Finding }): ReactNode {
  const now = usePresent(60_000);
  return <FindingRow item={itemOf(finding, now)} origin={originOf(finding.device.origin)} now={now} />;
}

/** As the API would tell it of the present. */
function itemOf(finding: Finding, now: number): FindingRowProps["item"] {
  const { reason, severity, facts } = sightingOf(finding);
  const { id, name, kind, area } = finding.device;
  const iso = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  return {
    reason,
    severity,
    since: new Date(now).toISOString(),
    kind,
    device: id,
    deviceName: name,
    area,
    facts: {
      ...facts,
      time: iso(facts.time),
      crossedSince: iso(facts.crossedSince),
      lastSeen: iso(facts.lastSeen),
    },
  };
}

function originOf(origin: string | null): "live" | "recorded" | "simulated" {
  return origin === "recorded" || origin === "simulated" ? origin : "live";
}
