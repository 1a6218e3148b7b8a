import "maplibre-gl/dist/maplibre-gl.css";
import { Map as MapLibreMap, Marker, type StyleSpecification, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import type { Area } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { DeviceMark } from "../../ui/device-mark.tsx";
import { colourOf, useTheme } from "../../ui/theme.ts";
import { boundsOf, type Place } from "../map/project.ts";
import { useBackground, useHasAttribution } from "../map/use-background.ts";
import type { PlaceChoice } from "./place-picker.tsx";

setWorkerUrl(workerUrl);

/** Pixels that an arrow key moves the mark by; so a step is finer the nearer one looks. With Shift ten times as much. */
const STEP = 2;
const CLOSE_ZOOM = 15;
/** Areas show what is below them, where there is something. */
const VEIL = 0.25;
const BACKGROUND = { below: "areas", namesBelow: "borders" };

/** The map with one mark on it: to be dragged, put where one clicks, or moved by the arrow keys. */
export default function PlaceMap({ place, kind, where, onPlace }: PlaceChoice): ReactNode {
  const { t } = useWords();
  const { city } = useCity();
  const { shown } = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const begun = useRef(place);
  const moved = useRef(onPlace);
  moved.current = onPlace;
  const said = useRef(t);
  said.current = t;
  const [map, setMap] = useState<MapLibreMap | null>(null);
  const [handle] = useState(newHandle);
  const hasAttribution = useHasAttribution();
  const hasBackground = hasAttribution || city.map.hasGround;
  const backgroundFailed = useBackground(map, BACKGROUND);

  useEffect(() => {
    const container = box.current;
    if (container === null) return;
    const bounds = boundsOf(city.areas.features);
    const made = new MapLibreMap({
      container,
      style: styleOf(city.areas.features, hasBackground),
      attributionControl: hasAttribution ? { compact: true } : false,
      locale: { "Map.Title": said.current("registry.placeMap") },
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
      ...(bounds === null ? {} : { bounds: [...bounds], fitBoundsOptions: { padding: 28 } }),
    });
    made.touchZoomRotate.disableRotation();
    if (begun.current !== null) made.jumpTo({ center: [...begun.current], zoom: made.getZoom() + 1 });
    made.on("load", () => setMap(made));
    made.on("click", ({ lngLat, originalEvent: { target } }) => {
      if (target instanceof Node && handle.contains(target)) return;
      moved.current([lngLat.lng, lngLat.lat]);
    });
    return () => {
      setMap(null);
      made.remove();
    };
  }, [city.areas, handle, hasAttribution, hasBackground]);

  // The theme changes what the custom properties hold.
  useEffect(() => {
    if (map === null) return;
    map.setPaintProperty("ground", "background-color", colourOf("--map-ground"));
    map.setPaintProperty("areas", "fill-color", colourOf("--surface"));
    map.setPaintProperty("borders", "line-color", colourOf("--line-strong"));
  }, [map, shown]);

  const isPlaced = place !== null;
  const marker = useRef<Marker | null>(null);
  useEffect(() => {
    if (map === null || !isPlaced) return;
    const made = new Marker({ element: handle, draggable: true }).setLngLat([0, 0]).addTo(map);
    made.on("dragend", () => {
      const { lng, lat } = made.getLngLat();
      moved.current([lng, lat]);
    });
    marker.current = made;
    return () => {
      marker.current = null;
      made.remove();
    };
  }, [map, isPlaced, handle]);

  const [lon, lat] = place ?? [0, 0];
  useEffect(() => {
    if (map === null || !isPlaced) return;
    marker.current?.setLngLat([lon, lat]);
    if (!map.getBounds().contains([lon, lat])) map.setCenter([lon, lat]);
  }, [map, isPlaced, lon, lat]);

  useEffect(() => {
    handle.setAttribute("aria-label", t("registry.placeHandle", { where }));
  }, [handle, t, where]);

  useEffect(() => {
    if (map === null || !isPlaced) return;
    const onKey = (event: KeyboardEvent): void => {
      const way = WAYS[event.key];
      if (way === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      const by = STEP * (event.shiftKey ? 10 : 1);
      const { x, y } = map.project([lon, lat]);
      const { lng, lat: there } = map.unproject([x + way[0] * by, y + way[1] * by]);
      moved.current([lng, there]);
    };
    handle.addEventListener("keydown", onKey);
    return () => handle.removeEventListener("keydown", onKey);
  }, [map, isPlaced, handle, lon, lat]);

  return (
    <div className="map-box place-map">
      <div ref={box} className="map-canvas" />
      {createPortal(<DeviceMark kind={kind} origin="live" size={30} />, handle)}
      {backgroundFailed && (
        <p className="map-note small" role="status">
          {t("map.noBackground")}
        </p>
      )}
      <div className="map-zoom">
        <button
          type="button"
          className="button icon-button"
          aria-label={t("map.zoomIn")}
          onClick={() => map?.zoomIn(around(place))}
        >
          <span aria-hidden="true">+</span>
        </button>
        <button
          type="button"
          className="button icon-button"
          aria-label={t("map.zoomOut")}
          onClick={() => map?.zoomOut()}
        >
          <span aria-hidden="true">−</span>
        </button>
      </div>
      {map !== null && (
        <p className="place-middle">
          {isPlaced ? (
            <button
              type="button"
              className="button"
              onClick={() => map.easeTo({ center: [...place], zoom: Math.max(CLOSE_ZOOM, map.getZoom()) })}
            >
              {t("registry.placeClose")}
            </button>
          ) : (
            <button
              type="button"
              className="button"
              onClick={() => {
                const { lng, lat } = map.getCenter();
                onPlace([lng, lat]);
              }}
            >
              {t("registry.placeMiddle")}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

const WAYS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function newHandle(): HTMLButtonElement {
  const handle = document.createElement("button");
  handle.type = "button";
  handle.className = "place-handle";
  return handle;
}

/** What is zoomed in on: the mark, if there is one. */
function around(place: Place | null): object {
  return place === null ? {} : { around: place };
}

function styleOf(areas: readonly Area[], hasBackground: boolean): StyleSpecification {
  return {
    version: 8,
    sources: {
      areas: { type: "geojson", data: { type: "FeatureCollection", features: [...areas] } },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colourOf("--map-ground") } },
      {
        id: "areas",
        type: "fill",
        source: "areas",
        paint: { "fill-color": colourOf("--surface"), "fill-opacity": hasBackground ? VEIL : 1 },
      },
      {
        id: "borders",
        type: "line",
        source: "areas",
        paint: { "line-color": colourOf("--line-strong"), "line-width": 2 },
      },
    ],
  };
}
