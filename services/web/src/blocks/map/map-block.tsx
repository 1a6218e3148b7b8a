import { withUnit } from "@kota/model/shown-unit";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { devicesOf, metricsQuery, scoresOf } from "../../api/queries.ts";
import type { Device, Metric } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { useMoment } from "../../past/use-moment.ts";
import { useView } from "../../routing/use-view.ts";
import { BANDS, bandOf } from "../../score/band.ts";
import { indicatorColumnOf, mapColumnsOf } from "../../score/columns.ts";
import { Block } from "../../ui/block.tsx";
import { DeviceMark } from "../../ui/device-mark.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { useSettled } from "../../ui/use-settled.ts";
import { ChosenDevice } from "./chosen-device.tsx";
import {
  canDrawMap,
  type MapContent,
  type PlacedDevice,
  placedDevices,
  type ShownArea,
} from "./map-content.ts";
import { type MetricScale, metricScale, metricsOnMap, SCALE_STEPS } from "./metric-scale.ts";

/** Before the name of a metric, in the choice of what colours the map. */
const METRIC = "metric:";
/** Colours that flicker cannot be read. */
const METRIC_PACE_MS = 2000;

const MapView = lazy(() => import("./map-view.tsx"));
const PlanView = lazy(() => import("./plan-view.tsx"));

/** Where it is: areas filled by the chosen score, devices as marks. */
export function MapBlock(): ReactNode {
  const { city } = useCity();
  const { t, score, metric: metricTitle } = useWords();
  const { view, show } = useView();
  const { data: scores } = useQuery(scoresOf(useMoment()));
  const { data: devices, error, refetch } = useQuery(devicesOf(useMoment()));
  const chosen = devices?.find(({ id }) => id === view.device);
  const column = view.colour ?? "overall";
  const columns = useMemo(() => mapColumnsOf(scores ?? [], city.dimensions), [scores, city.dimensions]);
  const { data: metrics } = useQuery(metricsQuery);
  const metricNames = useMemo(() => metricsOnMap(devices ?? []).join(), [devices]);
  const byMetric = column.startsWith(METRIC) ? column.slice(METRIC.length) : null;
  const metric = metrics?.find(({ name }) => name === byMetric);
  const scale = useMetricScale(devices, byMetric);

  const scoredAreas = useScoredAreas(column);
  const measuredAreas = useMeasuredAreas(scale, metric ?? null);
  const areas = byMetric === null ? scoredAreas : measuredAreas;
  const placed = usePlacedDevices(devices);
  const deviceColours = useMemo(
    () => scale && new Map([...scale.steps].map(([id, step]) => [id, `--scale-${step}`])),
    [scale],
  );
  const content: MapContent = {
    areas,
    devices: placed,
    deviceColours,
    chosenArea: view.area,
    chosenDevice: view.device,
    onArea: (id) => show({ area: id === view.area ? null : id }),
    onDevice: (id) => show({ device: id === view.device ? null : id }, "replace"),
  };

  return (
    <Block
      id="map"
      title={t("map.title")}
      lead={t("map.lead")}
      className="map-block"
      actions={
        <>
          <label className="field small">
            <span>{t("map.colouredBy")}</span>
            <select
              value={column}
              onChange={(event) =>
                show({ colour: event.target.value === "overall" ? null : event.target.value }, "replace")
              }
            >
              <optgroup label={t("map.scores")}>
                {columns.map(({ id, of, depth }) => (
                  <option key={id} value={id}>
                    {`${"– ".repeat(depth)}${score(of)}`}
                  </option>
                ))}
              </optgroup>
              <optgroup label={t("map.metrics")}>
                {(metrics ?? [])
                  .filter(({ name }) => metricNames.split(",").includes(name))
                  .map((one) => (
                    <option key={one.name} value={`${METRIC}${one.name}`}>
                      {metricTitle(one)}
                    </option>
                  ))}
              </optgroup>
            </select>
          </label>
          <Link className="button" to="/devices" search={view.area === null ? {} : { area: view.area }}>
            {t("map.asTable")}
          </Link>
        </>
      }
    >
      {devices === undefined && error !== null ? (
        <Failure what={t("what.devices")} error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <WhenSeen>
            <Drawing content={content} />
          </WhenSeen>
          {chosen !== undefined && <ChosenDevice device={chosen} />}
          <Legend devices={placed} scale={byMetric === null ? null : { metric: metric ?? null, scale }} />
        </>
      )}
    </Block>
  );
}

/** The colours of a metric; the same object while no device changes its step. */
function useMetricScale(devices: readonly Device[] | undefined, metric: string | null): MetricScale | null {
  const settled = useSettled(devices, METRIC_PACE_MS);
  return useMemo(
    () => (metric === null || settled === undefined ? null : metricScale(settled, metric)),
    [settled, metric],
  );
}

/** The areas with the mean of a metric. */
function useMeasuredAreas(scale: MetricScale | null, metric: Metric | null): readonly ShownArea[] {
  const { city, format } = useCity();
  const { band } = useWords();
  return useMemo(
    () =>
      city.areas.features.map((area) => {
        const found = scale?.areas.get(area.properties.id);
        if (found === undefined || metric === null) {
          return { area, colour: "--band-none", label: band(null), said: band(null) };
        }
        const label = withUnit(format.number(found.mean, metric.decimals), metric.unit);
        return { area, colour: `--scale-${found.step}`, label, said: label };
      }),
    [city.areas, scale, metric, format, band],
  );
}

/** The areas with the score that colours them; the same object while no shown score has changed. */
function useScoredAreas(column: string): readonly ShownArea[] {
  const { city } = useCity();
  const { band } = useWords();
  const { data: scores } = useQuery(scoresOf(useMoment()));
  const byArea = new Map(
    (scores ?? [])
      .filter((score) => indicatorColumnOf(score) === column)
      .map(({ area, score }) => [area, score]),
  );
  const shown = city.areas.features.map((area) => {
    const score = byArea.get(area.properties.id) ?? null;
    return score === null ? null : Math.round(score);
  });
  const identity = shown.join();
  // `identity` stands for the numbers of `shown`.
  return useMemo(
    () =>
      city.areas.features.map((area, index) => {
        const score = shown[index] ?? null;
        return {
          area,
          colour: `--band-${score === null ? "none" : bandOf(score).band}`,
          label: score === null ? band(null) : String(score),
          said: score === null ? band(null) : `${score}, ${band(score)}`,
        };
      }),
    [city.areas, identity, band],
  );
}

/** The devices with a place; the same object while only their values change, and none moves. */
function usePlacedDevices(devices: readonly Device[] | undefined): readonly PlacedDevice[] {
  const { view } = useView();
  const identity = (devices ?? []).map(({ id, lat, lon }) => `${id} ${lat} ${lon}`).join();
  // `identity` stands for the devices and their places; their values change all the time.
  return useMemo(() => placedDevices(devices ?? [], view.area), [identity, view.area]);
}

function Drawing({ content }: { content: MapContent }): ReactNode {
  const { t } = useWords();
  const [webgl] = useState(canDrawMap);
  const View = webgl ? MapView : PlanView;
  if (content.areas.length === 0) {
    return <Notice title={t("map.noAreas")}>{t("map.noAreasHelp")}</Notice>;
  }
  return (
    <div className="map-frame">
      <Suspense fallback={<Loading what={t("what.map")} />}>
        <View {...content} />
      </Suspense>
    </div>
  );
}

/** Renders its content once it comes near the screen: what is below the fold costs nothing before. */
function WhenSeen({ children }: { children: ReactNode }): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (place.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
      },
      { rootMargin: "300px" },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={place} className="map-place">
      {seen ? children : null}
    </div>
  );
}

function Legend({
  devices,
  scale,
}: {
  devices: readonly PlacedDevice[];
  /** Null: areas are coloured by a score. */
  scale: { readonly metric: Metric | null; readonly scale: MetricScale | null } | null;
}): ReactNode {
  const { t, kind: kindTitle } = useWords();
  const kinds = [...new Set(devices.map(({ kind }) => kind))].sort();
  const origins = [...new Set(devices.map(({ origin }) => origin))].sort();
  return (
    <div className="legend small">
      {scale === null ? <BandLegend /> : <ScaleLegend {...scale} />}
      <ul aria-label={t("map.marks")}>
        {kinds.map((kind) => (
          <li key={kind}>
            <DeviceMark kind={kind} origin="recorded" /> {kindTitle(kind)}
          </li>
        ))}
        {origins.map((origin) => (
          <li key={origin}>
            <DeviceMark kind="air" origin={origin} /> {t(`origin.${origin}Mark`)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function BandLegend(): ReactNode {
  const { t } = useWords();
  return (
    <ul aria-label={t("map.colours")}>
      {BANDS.map(({ band, from, to }) => (
        <li key={band}>
          <span className="swatch swatch-l" style={{ background: `var(--band-${band})` }} />
          {t(`band.${band}`)} <span className="muted number">{`${from}–${to}`}</span>
        </li>
      ))}
      <li>
        <span className="swatch swatch-l" style={{ background: "var(--band-none)" }} />
        {t("band.none")}
      </li>
    </ul>
  );
}

/** From which value to which one the colours of a metric reach, and what they are of. */
function ScaleLegend({ metric, scale }: { metric: Metric | null; scale: MetricScale | null }): ReactNode {
  const { t, metric: titleOf } = useWords();
  const { format } = useCity();
  if (metric === null || scale === null) return <p className="muted">{t("map.noMetric")}</p>;
  const shown = (value: number): string => withUnit(format.number(value, metric.decimals), metric.unit);
  return (
    <p className="scale-legend">
      <span className="number">{shown(scale.low)}</span>
      <span className="scale-steps" aria-hidden="true">
        {Array.from({ length: SCALE_STEPS }, (_, step) => (
          <span key={`--scale-${step + 1}`} style={{ background: `var(--scale-${step + 1})` }} />
        ))}
      </span>
      <span className="number">{shown(scale.high)}</span>
      <span className="muted">{t("map.metricOf", { metric: titleOf(metric) })}</span>
    </p>
  );
}
