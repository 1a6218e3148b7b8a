import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { apiUrl } from "../../api/fetch-json.ts";
import { devicesQuery, ledgerParameters, ledgerQuery, ledgerTotalQuery } from "../../api/queries.ts";
import type { Device } from "../../api-types.ts";
import { RangeChoice } from "../../chart/range-choice.tsx";
import { searchOfWindow, seenFrom, type TimeWindow, windowOf } from "../../chart/time-window.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { PageHead } from "../../page/page-head.tsx";
import { PastNote } from "../../past/past-note.tsx";
import { useMoment } from "../../past/use-moment.ts";
import type { LedgerSearch, RootSearch } from "../../routing/searches.ts";
import { Block } from "../../ui/block.tsx";
import { DeviceBox } from "../../ui/device-box.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { useNow } from "../../ui/use-now.ts";
import { LedgerSum } from "./ledger-sum.tsx";
import { LedgerTable } from "./ledger-table.tsx";

type Search = LedgerSearch & RootSearch;
type Change = { readonly [Name in keyof Search]?: string | undefined };

/** What came of every device in every hour, and what became of it: nothing may be left over. */
export function LedgerPage(): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const at = useMoment();
  const asked = windowOf(search);
  const window = seenFrom(asked, at);
  const device = search.device ?? null;
  const onlyDifferences = search.differences === "true";
  const show = (change: Change): void => {
    const next = Object.fromEntries(
      Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined && value !== ""),
    );
    void navigate({ to: "/ledger", search: next, resetScroll: false });
  };
  const filter = { device, window };
  const now = useNow(60_000);
  const { data: devices } = useQuery(devicesQuery);
  const total = useQuery({ ...ledgerTotalQuery(filter), placeholderData: keepPreviousData });
  const names = new Map(devices?.map(({ id, name }) => [id, name]));

  return (
    <>
      <PageHead
        title={t("ledger.title")}
        lead={t("ledger.lead")}
        actions={
          <RangeChoice
            window={asked}
            onWindow={(chosen) => chosen !== null && show({ ...searchOfWindow(chosen) })}
          />
        }
      />
      {at !== null && <PastNote>{t("past.ledger", { time: format.dateTime(at) })}</PastNote>}
      {total.data === undefined && total.error !== null ? (
        <Failure what={t("what.ledger")} error={total.error} onRetry={() => void total.refetch()} />
      ) : total.data === undefined ? (
        <Loading what={t("what.ledger")} lines={8} />
      ) : !total.data.kept ? (
        <Notice title={t("ledger.notKept")}>{t("ledger.notKeptHelp")}</Notice>
      ) : (
        <>
          <LedgerSum
            page={total.data}
            window={window}
            device={device === null ? null : { id: device, name: names.get(device) ?? device }}
          />
          <Block
            id="lines"
            title={t("ledger.lines")}
            lead={`${t("ledger.linesLead")} ${t("chart.zoneNote", { zone: format.timeZone })}`}
            actions={
              <a
                className="button"
                href={apiUrl("/v1/ledger", {
                  ...ledgerParameters(filter, now),
                  differences: onlyDifferences ? "true" : null,
                  format: "csv",
                })}
                download
              >
                {t("chart.csv")}
              </a>
            }
          >
            <Filters
              key={device ?? ""}
              devices={devices ?? []}
              device={device}
              onlyDifferences={onlyDifferences}
              onFilter={show}
            />
            <Lines filter={filter} onlyDifferences={onlyDifferences} names={names} />
          </Block>
        </>
      )}
    </>
  );
}

function Lines({
  filter,
  onlyDifferences,
  names,
}: {
  filter: { readonly device: string | null; readonly window: TimeWindow };
  onlyDifferences: boolean;
  names: ReadonlyMap<string, string>;
}): ReactNode {
  const { t } = useWords();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, isPlaceholderData, fetchNextPage } =
    useInfiniteQuery({ ...ledgerQuery(filter, onlyDifferences), placeholderData: keepPreviousData });
  if (data === undefined) {
    return error !== null ? (
      <Failure what={t("what.ledger")} error={error} onRetry={() => void refetch()} />
    ) : (
      <Loading what={t("what.ledger")} lines={8} />
    );
  }
  const lines = data.pages.flatMap((page) => page.lines);
  if (lines.length === 0) {
    if (onlyDifferences) return <Notice title={t("ledger.allThere")}>{t("ledger.allThereHelp")}</Notice>;
    if (filter.device !== null) {
      return (
        <Notice title={t("ledger.noneOf", { device: names.get(filter.device) ?? filter.device })}>
          {t("ledger.noneOfHelp")}
        </Notice>
      );
    }
    return <Notice title={t("ledger.none")}>{t("ledger.noneHelp")}</Notice>;
  }
  return (
    <div className="ledger-lines" aria-busy={isPlaceholderData || undefined}>
      <LedgerTable lines={lines} names={names} />
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
    </div>
  );
}

/** Which device, and whether only what is missing is listed. */
function Filters({
  devices,
  device,
  onlyDifferences,
  onFilter,
}: {
  devices: readonly Device[];
  device: string | null;
  onlyDifferences: boolean;
  onFilter: (change: Change) => void;
}): ReactNode {
  const { t } = useWords();
  return (
    <form
      className="filters small"
      aria-label={t("rejections.applied")}
      onSubmit={(event) => event.preventDefault()}
    >
      <DeviceBox
        label={t("rejections.filterDevice")}
        devices={devices}
        value={device}
        placeholder={t("ledger.anyDevice")}
        onDevice={(id) => onFilter({ device: id ?? undefined })}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={onlyDifferences}
          onChange={(event) => onFilter({ differences: event.target.checked ? "true" : undefined })}
        />
        {t("ledger.onlyDifferences")}
      </label>
      {(device !== null || onlyDifferences) && (
        <button
          type="button"
          className="button"
          onClick={() => onFilter({ device: undefined, differences: undefined })}
        >
          {t("rejections.clear")}
        </button>
      )}
    </form>
  );
}
