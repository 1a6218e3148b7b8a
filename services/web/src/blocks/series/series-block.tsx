import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { apiUrl } from "../../api/fetch-json.ts";
import { devicesQuery, metricsQuery, seriesParameters, seriesQuery } from "../../api/queries.ts";
import type { Device, Metric, Series } from "../../api-types.ts";
import { shownAge } from "../../format/format.ts";
import { shownUnit, withUnit } from "../../format/unit.ts";
import { useCity } from "../../page/city-context.tsx";
import { useView } from "../../page/use-view.ts";
import { RANGES, type RangeId } from "../../page/view.ts";
import { summaryOf } from "../../series/caption.ts";
import { gapsIn, withGaps } from "../../series/gaps.ts";
import { mainMetric, metricsOf } from "../../series/main-metric.ts";
import { shownStep, stepMs } from "../../series/step.ts";
import { Block } from "../../ui/block.tsx";
import { kindTitle } from "../../ui/device-mark.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { OriginTag } from "../../ui/origin-tag.tsx";
import { useNow } from "../../ui/use-now.ts";
import { DevicePicker } from "./device-picker.tsx";
import { SeriesTable } from "./series-table.tsx";

const SeriesChart = lazy(() =>
  import("./series-chart.tsx").then((module) => ({ default: module.SeriesChart })),
);

/** The readings of one device, as they came and as they come. */
export function SeriesBlock(): ReactNode {
  const { view } = useView();
  const { data: devices, error, refetch } = useQuery(devicesQuery);
  const { data: metrics } = useQuery(metricsQuery);
  const inArea = (devices ?? []).filter(({ area }) => view.area === null || area === view.area);
  const device = chosenDevice(devices ?? [], inArea, view.device);

  return (
    <Block
      id="series"
      title="Readings"
      lead="What one device measured. The line is the mean of each step, the band reaches from its smallest to its largest value."
    >
      {devices === undefined && error !== null ? (
        <Failure what="The devices" error={error} onRetry={() => void refetch()} />
      ) : devices === undefined || metrics === undefined ? (
        <Loading what="devices" lines={5} />
      ) : device === undefined ? (
        <Notice title="No device here yet">
          {view.device === null
            ? "No device of this area has sent a reading. Readings appear here as soon as they come."
            : `No device has the id ${view.device}.`}
        </Notice>
      ) : (
        <div className="series-grid">
          <DevicePanel device={device} devices={inArea} metrics={metrics} />
          <DeviceSeries device={device} metrics={metrics} />
        </div>
      )}
    </Block>
  );
}

/** The device a view asks for, or the first one that has sent something. */
function chosenDevice(
  all: readonly Device[],
  inArea: readonly Device[],
  id: string | null,
): Device | undefined {
  if (id !== null) return all.find((device) => device.id === id);
  const sending = inArea.filter(({ lastSeen }) => lastSeen !== null);
  return sending.find(({ kind }) => kind === "air") ?? sending[0];
}

function DevicePanel({
  device,
  devices,
  metrics,
}: {
  device: Device;
  devices: readonly Device[];
  metrics: readonly Metric[];
}): ReactNode {
  const { format, areaName } = useCity();
  const { view, link } = useView();
  const now = useNow();
  const shown = view.metric ?? mainMetric(device, metrics)?.name ?? null;
  return (
    <div className="device-panel">
      <DevicePicker devices={devices} chosen={device} />
      <p className="device-facts small">
        <OriginTag origin={device.origin} />
        {device.kind !== null && <span>{kindTitle(device.kind)}</span>}
        <span className="muted">
          {device.area === null ? "in no area" : areaName(device.area)}, <code>{device.id}</code>
        </span>
        {device.attribution !== null && <span className="muted">{device.attribution}</span>}
      </p>
      <h3 className="unseen">Latest values</h3>
      {Object.keys(device.latest).length === 0 ? (
        <p className="small muted">It has not sent anything yet.</p>
      ) : (
        <ul className="latest">
          {metricsOf(device, metrics).map((metric) => {
            const value = device.latest[metric.name];
            if (value === undefined) return null;
            return (
              <li key={metric.name}>
                <a
                  {...link({ device: device.id, metric: metric.name })}
                  className="latest-row"
                  aria-current={metric.name === shown || undefined}
                >
                  <span className="latest-title">{metric.title}</span>
                  <strong className="number latest-value">
                    {withUnit(format.number(value.value, metric.decimals), metric.unit)}
                  </strong>
                  <span className="latest-age">{shownAge(Date.parse(value.time), now)}</span>
                </a>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

function DeviceSeries({ device, metrics }: { device: Device; metrics: readonly Metric[] }): ReactNode {
  const { view, show } = useView();
  const metric = metrics.find(({ name }) => name === view.metric) ?? mainMetric(device, metrics);
  if (metric === null) {
    return (
      <Notice title="Nothing to draw yet">
        This device has not sent a reading. It appears here as soon as it does.
      </Notice>
    );
  }
  return (
    <div className="series-main">
      <div className="series-head">
        <h3>
          {metric.title} <span className="muted">{shownUnit(metric.unit)}</span>
        </h3>
        <fieldset className="ranges">
          <legend className="unseen">Range of time</legend>
          {RANGES.map(({ id, title }) => (
            <label key={id} className={id === view.range ? "range range-on" : "range"}>
              <input
                type="radio"
                name="range"
                className="unseen"
                checked={id === view.range}
                onChange={() => show({ range: id }, "replace")}
              />
              {title}
            </label>
          ))}
        </fieldset>
      </div>
      <SeriesFigure device={device} metric={metric} range={view.range} />
    </div>
  );
}

function SeriesFigure({
  device,
  metric,
  range,
}: {
  device: Device;
  metric: Metric;
  range: RangeId;
}): ReactNode {
  const { data, error, refetch } = useQuery({
    ...seriesQuery(device.id, metric.name, range),
    placeholderData: keepPreviousData,
  });
  if (error !== null && data === undefined) {
    return <Failure what="The series" error={error} onRetry={() => void refetch()} />;
  }
  if (data === undefined || data.device !== device.id || data.metric !== metric.name) {
    return <Loading what="series" lines={4} />;
  }
  return <Figure series={data} device={device} metric={metric} range={range} />;
}

function Figure({
  series,
  device,
  metric,
  range,
}: {
  series: Series;
  device: Device;
  metric: Metric;
  range: RangeId;
}): ReactNode {
  const { format } = useCity();
  const [asTable, setAsTable] = useState(false);
  const now = useNow(5000);
  const to = Math.max(now, Date.parse(series.to));
  const from = to - (RANGES.find(({ id }) => id === range)?.ms ?? 0);
  const columns = useMemo(
    () =>
      withGaps(
        series.points.map(({ time, mean, min, max }) => ({ time: Date.parse(time), mean, min, max })),
        stepMs(series.step),
      ),
    [series],
  );
  const summary = useMemo(() => summaryOf(series.points), [series]);
  const value = (number: number): string => withUnit(format.number(number, metric.decimals), metric.unit);
  if (summary === null) {
    return <Notice title="No readings in this range">Choose a longer range, or another device.</Notice>;
  }
  const gaps = gapsIn(columns);
  const caption =
    `Last ${value(summary.last.value)} at ${format.moment(summary.last.time, now)}; ` +
    `lowest ${value(summary.min.value)} at ${format.moment(summary.min.time, now)}, ` +
    `highest ${value(summary.max.value)} at ${format.moment(summary.max.time, now)}. ` +
    `${format.count(summary.readings)} readings, one step is ${shownStep(series.step)}` +
    (gaps === 0 ? "." : `; the line breaks ${gaps === 1 ? "once" : `${gaps} times`} where nothing came.`);
  return (
    <figure className="series-figure">
      {asTable ? (
        <SeriesTable series={series} metric={metric} />
      ) : (
        <Suspense fallback={<Loading what="chart" lines={4} />}>
          <SeriesChart
            columns={columns}
            from={from}
            to={to}
            unit={metric.unit}
            decimals={metric.decimals}
            isPercent={metric.unit === "%"}
            label={`${metric.title} of ${device.name}. ${caption}`}
          />
        </Suspense>
      )}
      <figcaption className="small muted">{caption}</figcaption>
      <div className="series-actions">
        <button type="button" className="button" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          Show as table
        </button>
        <a
          className="button"
          href={apiUrl("/v1/series", {
            ...seriesParameters(device.id, metric.name, range, now),
            format: "csv",
          })}
          download={`${device.id}-${metric.name}.csv`}
        >
          Download CSV
        </a>
      </div>
    </figure>
  );
}
