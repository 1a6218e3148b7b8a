import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { devicesOf, scoresOf } from "../../api/queries.ts";
import type { Device } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { useMoment } from "../../past/use-moment.ts";
import { useView } from "../../routing/use-view.ts";
import { BANDS } from "../../score/band.ts";
import { columnOf, columnsOf } from "../../score/columns.ts";
import { Block } from "../../ui/block.tsx";
import { DeviceMark } from "../../ui/device-mark.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { ChosenDevice } from "./chosen-device.tsx";
import {
  canDrawMap,
  type MapContent,
  type PlacedDevice,
  placedDevices,
  type ScoredArea,
} from "./map-content.ts";

const MapView = lazy(() => import("./map-view.tsx"));
const PlanView = lazy(() => import("./plan-view.tsx"));

/** Where it is: areas filled by the chosen score, devices as marks. */
export function MapBlock(): ReactNode {
  const { city } = useCity();
  const { t, score } = useWords();
  const { view, show } = useView();
  const { data: scores } = useQuery(scoresOf(useMoment()));
  const { data: devices, error, refetch } = useQuery(devicesOf(useMoment()));
  const chosen = devices?.find(({ id }) => id === view.device);
  const column = view.colour ?? "overall";
  const columns = useMemo(() => columnsOf(scores ?? [], city.dimensions), [scores, city.dimensions]);

  const areas = useScoredAreas(column);
  const placed = usePlacedDevices(devices);
  const content: MapContent = {
    areas,
    devices: placed,
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
              {columns.map(({ id, of, isAspect }) => (
                <option key={id} value={id}>
                  {isAspect ? `– ${score(of)}` : score(of)}
                </option>
              ))}
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
          <Legend devices={placed} />
        </>
      )}
    </Block>
  );
}

/** The areas with the score that colours them; the same object while no shown score has changed. */
function useScoredAreas(column: string): readonly ScoredArea[] {
  const { city } = useCity();
  const { data: scores } = useQuery(scoresOf(useMoment()));
  const byArea = new Map(
    (scores ?? []).filter((score) => columnOf(score) === column).map(({ area, score }) => [area, score]),
  );
  const shown = city.areas.features.map((area) => {
    const score = byArea.get(area.properties.id) ?? null;
    return score === null ? null : Math.round(score);
  });
  const identity = shown.join();
  // `identity` stands for the numbers of `shown`.
  return useMemo(
    () => city.areas.features.map((area, index) => ({ area, score: shown[index] ?? null })),
    [city.areas, identity],
  );
}

/** The devices with a place; the same object while only their values change. */
function usePlacedDevices(devices: readonly Device[] | undefined): readonly PlacedDevice[] {
  const { view } = useView();
  const identity = (devices ?? []).map(({ id }) => id).join();
  // `identity` stands for the devices, whose values change all the time.
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

function Legend({ devices }: { devices: readonly PlacedDevice[] }): ReactNode {
  const { t, kind: kindTitle } = useWords();
  const kinds = [...new Set(devices.map(({ kind }) => kind))].sort();
  const origins = [...new Set(devices.map(({ origin }) => origin))].sort();
  return (
    <div className="legend small">
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
