import { peerPaces } from "@kota/attention";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTable } from "@tanstack/react-table";
import { type ReactNode, useId, useMemo } from "react";
import { devicesOf, metricsQuery, workQuery } from "../../api/queries.ts";
import { UnknownBlock } from "../../blocks/registry/unknown-block.tsx";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { PageHead } from "../../page/page-head.tsx";
import { PastNote } from "../../past/past-note.tsx";
import { useMoment, usePresent } from "../../past/use-moment.ts";
import type { DevicesSearch, RootSearch } from "../../routing/searches.ts";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { useSettled } from "../../ui/use-settled.ts";
import { flagsOf, fleetColumns, fleetFeatures, fleetRows, parseFleetSort, SUSPECT } from "./fleet.ts";
import { FleetTable } from "./fleet-table.tsx";

const HEALTHS = ["reporting", "quiet", "never", "retired"] as const;
const ORIGINS = ["live", "recorded", "simulated"] as const;
/** The values in the table move at most this often: a list that jumps cannot be read. */
const PACE_MS = 3000;

type Search = DevicesSearch & RootSearch;

/** The fleet: every device, to be searched, filtered and sorted. */
export function DevicesPage(): ReactNode {
  const { t, kind: kindTitle, origin: originTitle } = useWords();
  const { city, areaName, format } = useCity();
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const at = useMoment();
  const { data, error, refetch } = useQuery(devicesOf(at));
  const { data: metrics } = useQuery(metricsQuery);
  const devices = useSettled(data, at === null ? PACE_MS : 0);
  const now = usePresent(PACE_MS);
  const { data: work } = useQuery(workQuery);
  // What speaks against a sensor is known of now only.
  const flags = useMemo(() => flagsOf(at === null ? (work ?? []) : []), [at, work]);
  const rows = useMemo(
    () =>
      fleetRows(devices ?? [], metrics ?? [], peerPaces(devices ?? [], now), now, flags, {
        kind: kindTitle,
        area: areaName,
      }),
    [devices, metrics, now, flags, kindTitle, areaName],
  );
  const kinds = useMemo(
    () => [...new Set((devices ?? []).flatMap(({ kind }) => kind ?? []))].sort(),
    [devices],
  );

  const sorting = useMemo(() => [parseFleetSort(search.sort ?? null)], [search.sort]);
  const columnFilters = useMemo(
    () =>
      [
        { id: "kindId", value: search.kind },
        { id: "areaId", value: search.area },
        { id: "origin", value: search.origin },
        { id: "health", value: search.health },
      ].filter(({ value }) => value !== undefined),
    [search.kind, search.area, search.origin, search.health],
  );
  const table = useTable({
    features: fleetFeatures,
    columns: fleetColumns,
    data: rows,
    getRowId: ({ device }) => device.id,
    globalFilterFn: "hasWords",
    getColumnCanGlobalFilter: ({ id }) => id === "device",
    state: { sorting, columnFilters, globalFilter: search.q ?? "" },
  });
  const shown = table.getRowModel().rows;

  const show = (change: { readonly [Name in keyof Search]?: string | undefined }): void => {
    const next = Object.fromEntries(
      Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined && value !== ""),
    );
    void navigate({ to: "/devices", search: next, replace: true, resetScroll: false });
  };
  const isFiltered = search.q !== undefined || columnFilters.length > 0;

  return (
    <>
      <PageHead title={t("devices.title")} lead={t("devices.lead")} />
      {at === null ? <UnknownBlock /> : <PastNote>{t("past.asToday")}</PastNote>}
      <section className="block" aria-label={t("devices.title")}>
        <search className="filters small">
          <SearchField value={search.q ?? ""} onValue={(q) => show({ q })} />
          <Choice
            label={t("devices.kind")}
            value={search.kind}
            options={kinds.map((id) => ({ id, title: kindTitle(id) }))}
            onValue={(kind) => show({ kind })}
          />
          <Choice
            label={t("devices.area")}
            value={search.area}
            options={city.areas.features.map(({ properties: { id, name } }) => ({ id, title: name }))}
            onValue={(area) => show({ area })}
          />
          <Choice
            label={t("devices.origin")}
            value={search.origin}
            options={ORIGINS.map((id) => ({ id, title: originTitle(id) }))}
            onValue={(origin) => show({ origin })}
          />
          <Choice
            label={t("devices.health")}
            value={search.health}
            options={[
              ...HEALTHS.map((id) => ({ id, title: t(`devices.healthIs.${id}`) })),
              { id: SUSPECT, title: t("devices.suspect") },
            ]}
            onValue={(health) => show({ health })}
          />
          {isFiltered && (
            <button
              type="button"
              className="button"
              onClick={() =>
                show({ q: undefined, kind: undefined, area: undefined, origin: undefined, health: undefined })
              }
            >
              {t("devices.clear")}
            </button>
          )}
        </search>
        {devices === undefined && error !== null ? (
          <Failure what={t("what.devices")} error={error} onRetry={() => void refetch()} />
        ) : devices === undefined || metrics === undefined ? (
          <Loading what={t("what.devices")} lines={8} />
        ) : (
          <>
            <p className="small muted" role="status">
              {shown.length === rows.length
                ? t("devices.count", { count: rows.length, n: format.count(rows.length) })
                : t("devices.countOf", { shown: format.count(shown.length), all: format.count(rows.length) })}
              {" · "}
              {t("devices.healthMeaning")}
            </p>
            {shown.length === 0 ? (
              <Notice title={t("devices.none")}>{t("devices.noneHelp")}</Notice>
            ) : (
              <FleetTable
                rows={shown.map(({ original }) => original)}
                sort={search.sort ?? null}
                onSort={(sort) => show({ sort: sort ?? undefined })}
              />
            )}
          </>
        )}
      </section>
    </>
  );
}

function SearchField({ value, onValue }: { value: string; onValue: (value: string) => void }): ReactNode {
  const { t } = useWords();
  const field = useId();
  return (
    <div className="field">
      <label htmlFor={field}>{t("devices.find")}</label>
      <input
        id={field}
        type="search"
        value={value}
        placeholder={t("devices.findHint")}
        onChange={(event) => onValue(event.target.value)}
      />
    </div>
  );
}

function Choice({
  label,
  value,
  options,
  onValue,
}: {
  label: string;
  value: string | undefined;
  options: readonly { readonly id: string; readonly title: string }[];
  onValue: (value: string | undefined) => void;
}): ReactNode {
  const { t } = useWords();
  const field = useId();
  return (
    <div className="field">
      <label htmlFor={field}>{label}</label>
      <select id={field} value={value ?? ""} onChange={(event) => onValue(event.target.value || undefined)}>
        <option value="">{t("devices.all")}</option>
        {options.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </div>
  );
}
