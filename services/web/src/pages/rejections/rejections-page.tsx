import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useId, useState } from "react";
import { rejectionsQuery } from "../../api/queries.ts";
import type { RejectionCode } from "../../api-types.ts";
import { RejectionList } from "../../blocks/rejections/rejection-list.tsx";
import { ReplayBlock } from "../../blocks/rejections/replay-block.tsx";
import { RangeChoice } from "../../chart/range-choice.tsx";
import { searchOfWindow, seenFrom, spanOf, type TimeWindow, windowOf } from "../../chart/time-window.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { PageHead } from "../../page/page-head.tsx";
import { PastNote } from "../../past/past-note.tsx";
import { useMoment } from "../../past/use-moment.ts";
import type { RejectionsSearch, RootSearch } from "../../routing/searches.ts";
import { Block } from "../../ui/block.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { TableScroll } from "../../ui/table-scroll.tsx";
import { useNow } from "../../ui/use-now.ts";

type Search = RejectionsSearch & RootSearch;
type Change = { readonly [Name in keyof Search]?: string | undefined };

/** Any time, as far as a moment of the past knows of it. */
function everUntil(at: number | null): TimeWindow | null {
  return at === null ? null : { kind: "fixed", from: 0, to: at };
}

/** What did not become readings: how much of it for which reason, what to do, and each message whole. */
export function RejectionsPage(): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const at = useMoment();
  const asked = search.range === undefined && search.from === undefined ? null : windowOf(search);
  const window = asked === null ? everUntil(at) : seenFrom(asked, at);
  const show = (change: Change, how: "push" | "replace" = "push"): void => {
    const next = Object.fromEntries(
      Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined && value !== ""),
    );
    void navigate({ to: "/rejections", search: next, replace: how === "replace", resetScroll: false });
  };
  const showWindow = (chosen: TimeWindow | null): void => {
    const none = { range: undefined, from: undefined, to: undefined };
    if (chosen === null) show(none);
    else if (chosen.kind === "rolling") show({ ...none, range: chosen.range });
    else show({ ...none, ...searchOfWindow(chosen) });
  };
  const now = useNow(60_000);
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    ...rejectionsQuery({
      code: search.code ?? null,
      device: search.device ?? null,
      adapter: search.adapter ?? null,
      topic: search.topic ?? null,
      window,
    }),
    placeholderData: keepPreviousData,
  });
  const isFiltered = [search.code, search.device, search.adapter, search.topic].some(
    (value) => value !== undefined,
  );
  const span = window === null ? null : spanOf(window, now);
  const selection = {
    code: search.code,
    device: search.device,
    adapter: search.adapter,
    topic: search.topic,
    ...(span === null
      ? {}
      : { from: new Date(span.from).toISOString(), to: new Date(span.to).toISOString() }),
  };
  const rejections = data?.pages.flatMap((page) => page.rejections) ?? [];

  return (
    <>
      <PageHead
        title={t("rejections.title")}
        lead={
          <>
            {t("rejections.lead")} <Link to="/ledger">{t("ledger.link")}</Link>
          </>
        }
        actions={<RangeChoice window={asked} onWindow={showWindow} any={t("rejections.anyTime")} />}
      />
      {at !== null && <PastNote>{t("past.rejections", { time: format.dateTime(at) })}</PastNote>}
      {data === undefined && error !== null ? (
        <Failure what={t("what.rejections")} error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what={t("what.rejections")} lines={8} />
      ) : (
        <>
          <ByReason
            counts={data.pages[0]?.counts ?? {}}
            chosen={search.code ?? null}
            onChoose={(code) => show({ code: code ?? undefined })}
          />
          {rejections.length > 0 && at === null && (
            <ReplayBlock key={JSON.stringify(selection)} selection={selection} />
          )}
          <Block id="messages" title={t("rejections.list")} lead={t("rejections.listLead")}>
            <Filters
              key={[search.device, search.adapter, search.topic].join("\n")}
              search={search}
              onFilter={show}
              isFiltered={isFiltered}
            />
            {rejections.length === 0 ? (
              isFiltered ? (
                <Notice title={t("rejections.noneFit")}>{t("rejections.noneFitHelp")}</Notice>
              ) : (
                <Notice title={t("rejections.none")}>{t("rejections.noneHelp")}</Notice>
              )
            ) : (
              <>
                <RejectionList rejections={rejections} />
                {hasNextPage ? (
                  <button
                    type="button"
                    className="button list-more"
                    disabled={isFetchingNextPage}
                    onClick={() => void fetchNextPage()}
                  >
                    {t("rejections.older")}
                  </button>
                ) : (
                  <p className="small muted">{t("rejections.end")}</p>
                )}
              </>
            )}
          </Block>
        </>
      )}
    </>
  );
}

function ByReason({
  counts,
  chosen,
  onChoose,
}: {
  counts: Readonly<Partial<Record<RejectionCode, number>>>;
  chosen: string | null;
  onChoose: (code: string | null) => void;
}): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const rows = (Object.entries(counts) as [RejectionCode, number][]).sort(([, a], [, b]) => b - a);
  if (rows.length === 0) return null;
  return (
    <Block
      id="reasons"
      title={t("rejections.byReason")}
      lead={t("rejections.byReasonLead")}
      actions={
        chosen === null ? undefined : (
          <button type="button" className="button" onClick={() => onChoose(null)}>
            {t("rejections.all")}
          </button>
        )
      }
    >
      <TableScroll label={t("rejections.byReason")}>
        <table className="reasons">
          <thead>
            <tr>
              <th scope="col">{t("rejections.reason")}</th>
              <th scope="col" className="number">
                {t("rejections.count")}
              </th>
              <th scope="col">{t("rejections.todo")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([code, count]) => (
              <tr key={code} className={code === chosen ? "chosen" : undefined}>
                <th scope="row">
                  <button
                    type="button"
                    className="reason"
                    aria-pressed={code === chosen}
                    title={t("rejections.onlyThis")}
                    onClick={() => onChoose(code === chosen ? null : code)}
                  >
                    {t(`code.${code}.title`)}
                  </button>
                  <code className="muted reason-code">{code}</code>
                </th>
                <td className="number">{format.count(count)}</td>
                <td className="reason-todo">{t(`code.${code}.todo`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </Block>
  );
}

function Filters({
  search,
  onFilter,
  isFiltered,
}: {
  search: Search;
  onFilter: (change: Change) => void;
  isFiltered: boolean;
}): ReactNode {
  const { t } = useWords();
  const fields = useId();
  const [device, setDevice] = useState(search.device ?? "");
  const [adapter, setAdapter] = useState(search.adapter ?? "");
  const [topic, setTopic] = useState(search.topic ?? "");
  const all = [
    { name: "device", label: t("rejections.filterDevice"), value: device, set: setDevice },
    { name: "adapter", label: t("rejections.filterAdapter"), value: adapter, set: setAdapter },
    { name: "topic", label: t("rejections.filterTopic"), value: topic, set: setTopic },
  ] as const;
  return (
    <form
      className="filters small"
      aria-label={t("rejections.applied")}
      onSubmit={(event) => {
        event.preventDefault();
        onFilter({
          device: device.trim() || undefined,
          adapter: adapter.trim() || undefined,
          topic: topic.trim() || undefined,
        });
      }}
    >
      {all.map(({ name, label, value, set }) => (
        <div key={name} className="field">
          <label htmlFor={`${fields}-${name}`}>{label}</label>
          <input
            id={`${fields}-${name}`}
            type="search"
            value={value}
            placeholder={t("rejections.exact")}
            onChange={(event) => set(event.target.value)}
          />
        </div>
      ))}
      <button type="submit" className="button">
        {t("rejections.apply")}
      </button>
      {isFiltered && (
        <button
          type="button"
          className="button"
          onClick={() =>
            onFilter({ code: undefined, device: undefined, adapter: undefined, topic: undefined })
          }
        >
          {t("rejections.clear")}
        </button>
      )}
    </form>
  );
}
