import { BIN_FULL } from "@kota/attention";
import { withUnit } from "@kota/model/shown-unit";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { statusQuery, workQuery } from "../../api/queries.ts";
import { useWords } from "../../i18n/words.ts";
import { OperatorForm } from "../../operator/operator-form.tsx";
import { useCity } from "../../page/city-context.tsx";
import { useMoment } from "../../past/use-moment.ts";
import { useView } from "../../routing/use-view.ts";
import { Block } from "../../ui/block.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { WorkList } from "../../work/work-list.tsx";
import { PastFindings } from "./past-findings.tsx";

const FIRST = 6;
const MORE = 50;

/** What stands out, the most pressing first. */
export function AttentionBlock(): ReactNode {
  const at = useMoment();
  return at === null ? <WorkNow /> : <PastFindings at={at} />;
}

/** What stands out now, each with why, since when and where, and what can be done. */
function WorkNow(): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const { view } = useView();
  const { data, error, refetch } = useQuery(workQuery);
  const { data: status } = useQuery(statusQuery);
  const [most, setMost] = useState(FIRST);
  const items = data?.filter((item) => view.area === null || item.area === view.area);
  const shown = items?.slice(0, most) ?? [];
  const rest = (items?.length ?? 0) - shown.length;
  return (
    <Block
      id="attention"
      title={t("attention.title")}
      lead={t("attention.lead")}
      actions={
        items !== undefined && items.length > 0 ? (
          <Link to="/work" search={view.area === null ? {} : { area: view.area }} className="tag number">
            {t("attention.count", { count: items.length, n: format.count(items.length) })}
          </Link>
        ) : undefined
      }
    >
      {items === undefined && error !== null ? (
        <Failure what={t("what.attention")} error={error} onRetry={() => void refetch()} />
      ) : items === undefined ? (
        <Loading what={t("what.attention")} lines={4} />
      ) : items.length === 0 && status?.newestReading === null ? (
        <Notice title={t("attention.unknown")}>{t("attention.unknownHelp")}</Notice>
      ) : items.length === 0 ? (
        <Notice title={t("attention.none")}>
          {t("attention.noneHelp", { bin: withUnit(format.number(BIN_FULL, 0), "%") })}
        </Notice>
      ) : (
        <>
          <WorkList items={shown} />
          <div className="finding-more small muted">
            {rest > 0 && (
              <button type="button" className="button" onClick={() => setMost(most + MORE)}>
                {t("attention.more", {
                  count: Math.min(rest, MORE),
                  n: format.count(Math.min(rest, MORE)),
                })}
              </button>
            )}
            {most > FIRST && items.length > FIRST && (
              <button type="button" className="button" onClick={() => setMost(FIRST)}>
                {t("attention.fewer")}
              </button>
            )}
          </div>
          <OperatorForm />
        </>
      )}
    </Block>
  );
}
