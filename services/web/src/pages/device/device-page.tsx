import { paceOf } from "@kota/attention";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useMemo } from "react";
import { dayCountQuery, devicesOf, lastRejectionsQuery, metricsQuery } from "../../api/queries.ts";
import type { Device, Metric } from "../../api-types.ts";
import { RejectionList } from "../../blocks/rejections/rejection-list.tsx";
import type { ChartLine } from "../../chart/chart-line.ts";
import { ChartPanel } from "../../chart/chart-panel.tsx";
import { type ChartSearch, chartSearch, chartState } from "../../chart/chart-search.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { PageHead } from "../../page/page-head.tsx";
import { PastNote } from "../../past/past-note.tsx";
import { useMoment, usePresent } from "../../past/use-moment.ts";
import { mainMetric } from "../../series/main-metric.ts";
import { Block } from "../../ui/block.tsx";
import { DeviceFacts } from "../../ui/device-facts.tsx";
import { LatestValues } from "../../ui/latest-values.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { NextMessage } from "./next-message.tsx";
import { PositionPlan } from "./position-plan.tsx";

type Search = ChartSearch & { readonly metric?: string; readonly edit?: string };

const DeviceEditor = lazy(() =>
  import("../../blocks/registry/device-editor.tsx").then((module) => ({ default: module.DeviceEditor })),
);

/** One device: what it measures, how often, where it stands, and what of it was rejected. */
export function DevicePage(): ReactNode {
  const { t } = useWords();
  const { id } = useParams({ strict: false }) as { id: string };
  const { data: devices, error, refetch } = useQuery(devicesOf(useMoment()));
  const { data: metrics } = useQuery(metricsQuery);
  const device = devices?.find((each) => each.id === id);
  if (device !== undefined && metrics !== undefined) return <OneDevice device={device} metrics={metrics} />;
  return (
    <>
      <PageHead title={id} />
      {devices === undefined && error !== null ? (
        <Failure what={t("what.device")} error={error} onRetry={() => void refetch()} />
      ) : devices === undefined || metrics === undefined ? (
        <Loading what={t("what.device")} lines={6} />
      ) : (
        <Notice
          title={t("device.unknown")}
          action={
            <Link className="button" to="/devices">
              {t("device.back")}
            </Link>
          }
        >
          {t("device.unknownHelp", { id })}
        </Notice>
      )}
    </>
  );
}

function OneDevice({ device, metrics }: { device: Device; metrics: readonly Metric[] }): ReactNode {
  const { t } = useWords();
  const search: Search = useSearch({ strict: false });
  const isPast = useMoment() !== null;
  const navigate = useNavigate();
  const edit = (on: boolean): void =>
    void navigate({
      to: "/devices/$id",
      params: { id: device.id },
      search: ({ edit: _, ...before }) => ({ ...before, ...(on ? { edit: "yes" } : {}) }),
      resetScroll: false,
    });
  const metric = metrics.find(({ name }) => name === search.metric) ?? mainMetric(device, metrics);
  return (
    <>
      <PageHead
        title={device.name}
        lead={<DeviceFacts device={device} />}
        actions={
          <>
            {search.edit === undefined && !isPast && (
              <button type="button" className="button" onClick={() => edit(true)}>
                {t("registry.edit")}
              </button>
            )}
            <Link className="button" to="/devices">
              {t("device.back")}
            </Link>
          </>
        }
      />
      {isPast && <PastNote>{`${t("past.asToday")} ${t("past.noChange")}`}</PastNote>}
      {search.edit !== undefined && !isPast && (
        <Suspense fallback={<Loading what={t("what.device")} lines={6} />}>
          <DeviceEditor device={device} onDone={() => edit(false)} />
        </Suspense>
      )}
      <div className="device-grid">
        <section className="block" aria-label={t("device.latest")}>
          <h2>{t("device.latest")}</h2>
          <LatestValues device={device} metrics={metrics} chosen={metric?.name ?? null} />
          <Facts device={device} />
        </section>
        <Position device={device} />
      </div>
      {!isPast && <NextMessage key={device.id} device={device} />}
      <Readings device={device} metric={metric} />
      {!isPast && <Rejected device={device} />}
    </>
  );
}

function Facts({ device }: { device: Device }): ReactNode {
  const { t, length, age } = useWords();
  const { format } = useCity();
  const now = usePresent(5000);
  // Asked anew at most once a minute, however fast it sends.
  const until = new Date(Math.floor(now / 60_000) * 60_000).toISOString();
  const { data: count } = useQuery({
    ...dayCountQuery(device.id, until),
    placeholderData: (before) => before,
  });
  return (
    <dl className="facts small">
      <div>
        <dt>{t("device.seen")}</dt>
        <dd>
          {device.lastSeen === null
            ? t("devices.never")
            : `${age(Date.parse(device.lastSeen), now)}, ${format.dateTime(Date.parse(device.lastSeen))}`}
        </dd>
      </div>
      <div>
        <dt>{t("device.pace")}</dt>
        <dd>
          {count === undefined
            ? "…"
            : count === 0
              ? t("device.paceNone")
              : t("device.paceOf", { length: length(paceOf(count)), n: format.count(count) })}
        </dd>
      </div>
      <div>
        <dt>{t("device.adapter")}</dt>
        <dd>{device.adapter ?? t("device.anyAdapter")}</dd>
      </div>
      <div>
        <dt>{t("device.source")}</dt>
        <dd>
          {device.retired
            ? t("device.retired")
            : device.registered
              ? (device.attribution ?? t("device.notStated"))
              : t("device.adopted")}
        </dd>
      </div>
    </dl>
  );
}

function Position({ device }: { device: Device }): ReactNode {
  const { t } = useWords();
  const { lat, lon } = device;
  const isPlaced = lat !== null && lon !== null;
  return (
    <Block
      id="position"
      title={t("device.position")}
      lead={t("device.positionLead")}
      actions={
        isPlaced ? (
          <Link className="button" to="/" search={{ device: device.id }} hash="map">
            {t("device.onMap")}
          </Link>
        ) : undefined
      }
    >
      {!isPlaced ? (
        <p className="small muted">{t("device.noPosition")}</p>
      ) : (
        <PositionPlan device={device} lon={lon} lat={lat} />
      )}
    </Block>
  );
}

function Readings({ device, metric }: { device: Device; metric: Metric | null }): ReactNode {
  const { t, metric: titleOf } = useWords();
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const lines = useMemo(
    (): readonly ChartLine[] =>
      metric === null
        ? []
        : [
            {
              ref: { kind: "reading", device: device.id, metric: metric.name },
              name: titleOf(metric),
              unit: metric.unit,
              decimals: metric.decimals,
            },
          ],
    [device.id, metric, titleOf],
  );
  const [line] = lines;
  return (
    <Block
      id="readings"
      title={line?.name ?? t("device.readings")}
      lead={t("device.readingsLead")}
      actions={
        line !== undefined && line.ref.kind === "reading" ? (
          <Link className="button" to="/over-time" search={{ s: [`${line.ref.metric}@${line.ref.device}`] }}>
            {t("device.compare")}
          </Link>
        ) : undefined
      }
    >
      {line === undefined ? (
        <Notice title={t("device.nothing")}>{t("device.nothingHelp")}</Notice>
      ) : (
        <ChartPanel
          title={`${device.name}: ${line.name}`}
          lines={lines}
          state={chartState(search)}
          onState={(state, how) =>
            void navigate({
              to: "/devices/$id",
              params: { id: device.id },
              search: (before) => ({ ...before, ...chartSearch(state) }),
              replace: how === "replace",
              resetScroll: false,
            })
          }
        />
      )}
    </Block>
  );
}

function Rejected({ device }: { device: Device }): ReactNode {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(lastRejectionsQuery(device.id));
  return (
    <Block
      id="rejections"
      title={t("device.rejections")}
      lead={t("device.rejectionsLead")}
      actions={
        <>
          <Link className="button" to="/ledger" search={{ device: device.id }}>
            {t("ledger.linkOf")}
          </Link>
          <Link className="button" to="/rejections" search={{ device: device.id }}>
            {t("device.allRejections")}
          </Link>
        </>
      }
    >
      {data === undefined && error !== null ? (
        <Failure what={t("what.rejections")} error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what={t("what.rejections")} />
      ) : data.rejections.length === 0 ? (
        <Notice title={t("device.noRejections")}>{t("device.noRejectionsHelp")}</Notice>
      ) : (
        <RejectionList rejections={data.rejections} />
      )}
    </Block>
  );
}
