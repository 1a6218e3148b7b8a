import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { closedWorkQuery, workQuery } from "../../api/queries.ts";
import type { WorkItem } from "../../api-types.ts";
import { PastFindings } from "../../blocks/attention/past-findings.tsx";
import { useWords } from "../../i18n/words.ts";
import { useOperator } from "../../operator/operator.ts";
import { OperatorForm } from "../../operator/operator-form.tsx";
import { useCity } from "../../page/city-context.tsx";
import { PageHead } from "../../page/page-head.tsx";
import { ScopeBar } from "../../page/scope-bar.tsx";
import { PastNote } from "../../past/past-note.tsx";
import { useMoment } from "../../past/use-moment.ts";
import { type RootSearch, WORK_SHOWS, type WorkSearch } from "../../routing/searches.ts";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { WorkList } from "../../work/work-list.tsx";

const PAGE = 50;

/** Everything that needs attention, who looks after it, and what was closed. */
export function WorkPage(): ReactNode {
  const { t } = useWords();
  const at = useMoment();
  return (
    <>
      <PageHead title={t("work.title")} lead={t("work.lead")} />
      <ScopeBar />
      {at === null ? (
        <WorkNow />
      ) : (
        <>
          <PastNote>{`${t("past.recomputed")} ${t("past.noChange")}`}</PastNote>
          <PastFindings at={at} />
        </>
      )}
    </>
  );
}

function WorkNow(): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const { name } = useOperator();
  const navigate = useNavigate();
  const search: WorkSearch & RootSearch = useSearch({ strict: false });
  const show = search.show ?? "all";
  const open = useQuery(workQuery);
  const closed = useQuery({ ...closedWorkQuery, enabled: show === "closed" });
  const { data, error, refetch } = show === "closed" ? closed : open;
  const [most, setMost] = useState(PAGE);
  const isShown = (item: WorkItem): boolean => {
    if (search.area !== undefined && item.area !== search.area) return false;
    if (show === "mine") return item.assignee === name;
    return show === "all" || item.status === show;
  };
  const items = data?.filter(isShown);
  return (
    <section className="block" aria-label={t("work.title")}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend that is seen. */}
      <div className="filters small" role="group" aria-label={t("work.show")}>
        {WORK_SHOWS.map((one) => (
          <button
            key={one}
            type="button"
            className="button"
            aria-pressed={show === one}
            onClick={() =>
              void navigate({
                to: "/work",
                search: {
                  ...(search.area === undefined ? {} : { area: search.area }),
                  ...(one === "all" ? {} : { show: one }),
                },
                resetScroll: false,
              })
            }
          >
            {t(`work.shows.${one}`)}
          </button>
        ))}
      </div>
      <OperatorForm />
      {items === undefined && error !== null ? (
        <Failure what={t("what.attention")} error={error} onRetry={() => void refetch()} />
      ) : items === undefined ? (
        <Loading what={t("what.attention")} lines={8} />
      ) : (
        <>
          <p className="small muted" role="status">
            {t("work.count", { count: items.length, n: format.count(items.length) })}
          </p>
          {items.length === 0 ? (
            <Notice title={t("work.none")}>{t("work.noneHelp")}</Notice>
          ) : (
            <WorkList items={items.slice(0, most)} />
          )}
          {items.length > most && (
            <button type="button" className="button list-more" onClick={() => setMost(most + PAGE)}>
              {t("attention.more", {
                count: Math.min(PAGE, items.length - most),
                n: format.count(Math.min(PAGE, items.length - most)),
              })}
            </button>
          )}
        </>
      )}
    </section>
  );
}
