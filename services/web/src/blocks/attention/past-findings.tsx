import { BIN_FULL } from "@kota/attention";
import { withUnit } from "@kota/model/shown-unit";
import type { ReactNode } from "react";
import { useAttention } from "../../attention/use-attention.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { useView } from "../../routing/use-view.ts";
import { Block } from "../../ui/block.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { PastWork } from "../../work/past-work.tsx";

const MOST = 50;

/** What stood out at a moment of the past. There is nothing to be done about it any more. */
export function PastFindings({ at }: { at: number }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const { view } = useView();
  const { findings, isChecking, notAsked, error, refetch } = useAttention(view.area);
  return (
    <Block
      id="attention"
      title={t("attention.title")}
      lead={t("past.attention")}
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
          <PastWork findings={findings.slice(0, MOST)} area={view.area} at={at} />
          <div className="finding-more small muted">
            {isChecking && <span>{t("attention.checking")}</span>}
            {notAsked > 0 && <span>{t("attention.capped", { n: format.count(notAsked) })}</span>}
          </div>
        </>
      )}
    </Block>
  );
}
