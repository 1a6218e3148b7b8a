import { BIN_FULL } from "@kota/attention";
import { withUnit } from "@kota/model/shown-unit";
import { type ReactNode, useState } from "react";
import { FindingRow } from "../../attention/finding-row.tsx";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { usePresent } from "../../past/use-moment.ts";
import { useView } from "../../routing/use-view.ts";
import { Block } from "../../ui/block.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { type PastRow, usePastWork } from "../../work/use-past-work.ts";
import { WorkState } from "../../work/work-row.tsx";

const FIRST = 50;

/** What stood out at a moment of the past. There is nothing to be done about it any more. */
export function PastFindings({ at }: { at: number }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const { view } = useView();
  const { rows, notAsked, error, refetch } = usePastWork(at, view.area);
  return (
    <Block
      id="attention"
      title={t("attention.title")}
      lead={t("past.attention")}
      actions={
        rows !== undefined && rows.length > 0 ? (
          <span className="tag number">
            {t("attention.count", { count: rows.length, n: format.count(rows.length) })}
          </span>
        ) : undefined
      }
    >
      {rows === undefined && error !== null ? (
        <Failure what={t("what.attention")} error={error} onRetry={refetch} />
      ) : rows === undefined ? (
        <Loading what={t("what.attention")} lines={4} />
      ) : rows.length === 0 ? (
        <Notice title={t("attention.none")}>
          {t("attention.noneHelp", { bin: withUnit(format.number(BIN_FULL, 0), "%") })}
        </Notice>
      ) : (
        <>
          <Rows rows={rows} />
          {notAsked > 0 && (
            <div className="finding-more small muted">
              <span>{t("attention.capped", { n: format.count(notAsked) })}</span>
            </div>
          )}
        </>
      )}
    </Block>
  );
}

function Rows({ rows }: { rows: readonly PastRow[] }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const now = usePresent(60_000);
  const [most, setMost] = useState(FIRST);
  const rest = rows.length - most;
  return (
    <>
      <ol className="findings">
        {rows.slice(0, most).map(({ item, origin, work }) => (
          <FindingRow key={item.id} item={item} origin={origin} now={now}>
            {() => work !== undefined && <WorkState item={work} />}
          </FindingRow>
        ))}
      </ol>
      {rest > 0 && (
        <button type="button" className="button list-more" onClick={() => setMost(most + FIRST)}>
          {t("attention.more", { count: Math.min(rest, FIRST), n: format.count(Math.min(rest, FIRST)) })}
        </button>
      )}
    </>
  );
}
