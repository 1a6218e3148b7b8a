import "maplibre-gl/dist/maplibre-gl.css";
import {
  type ExpressionSpecification,
  type GeoJSONSource,
  type LngLatBoundsLike,
  Map as MapLibreMap,
  Marker,
  type StyleSpecification,
  setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useWords } from "../../i18n/words.ts";
import { colourOf, useTheme } from "../../ui/theme.ts";
import { clusterLayer, clusterWhenMany, drawClusters, openCluster, redrawClusters } from "./clusters.ts";
import type { MapContent, PlacedDevice, ShownArea } from "./map-content.ts";
import { drawMark, MARK_PIXEL_RATIO, markName } from "./mark-images.ts";
import { type Bounds, boundsOf, labelPlace } from "./project.ts";
import { useBackground, useHasAttribution } from "./use-background.ts";

setWorkerUrl(workerUrl);

/** A mark is hard to hit exactly, by finger above all. Pixels. */
const REACH = 9;
const SOLID = 0.62;
const BACKGROUND = { below: "area-fill", namesBelow: "device-chosen" };

interface Hovered {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** The map on WebGL: areas filled by score, devices as marks. It asks no server for tiles, fonts or pictures. */
export default function MapView(content: MapContent): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(content);
  latest.current = content;
  const [map, setMap] = useState<MapLibreMap | null>(null);
  const [hovered, setHovered] = useState<Hovered | null>(null);
  const { shown } = useTheme();
  const words = useWords();
  const hasAttribution = useHasAttribution();
  const backgroundFailed = useBackground(map, BACKGROUND);
  const said = useRef(words);
  said.current = words;

  useEffect(() => {
    const container = box.current;
    if (container === null) return;
    const bounds = boundsOf(latest.current.areas.map(({ area }) => area));
    const made = new MapLibreMap({
      container,
      style: styleOf(latest.current.areas),
      attributionControl: hasAttribution ? { compact: false } : false,
      locale: { "Map.Title": said.current.t("map.name") },
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      fadeDuration: 0,
      ...(bounds === null ? {} : { bounds: toBounds(bounds), fitBoundsOptions: { padding: 28 } }),
    });
    made.touchZoomRotate.disableRotation();
    drawClusters(made);
    made.on("load", () => setMap(made));

    const deviceNear = (x: number, y: number): string | null => {
      const reach: [[number, number], [number, number]] = [
        [x - REACH, y - REACH],
        [x + REACH, y + REACH],
      ];
      const [found] = made.queryRenderedFeatures(reach, { layers: ["devices"] });
      return (found?.properties.id as string | undefined) ?? null;
    };
    made.on("click", ({ point }) => {
      if (made.getLayer("devices") === undefined) return;
      const device = deviceNear(point.x, point.y);
      if (device !== null) return latest.current.onDevice(device);
      if (made.queryRenderedFeatures(point, { layers: ["clusters"] }).length > 0) {
        return void openCluster(made, point.x, point.y);
      }
      const [area] = made.queryRenderedFeatures(point, { layers: ["area-fill"] });
      const id = area?.properties.id as string | undefined;
      if (id !== undefined) latest.current.onArea(id);
    });
    made.on("mousemove", ({ point }) => {
      if (made.getLayer("devices") === undefined) return;
      const id = deviceNear(point.x, point.y);
      const device = latest.current.devices.find((candidate) => candidate.id === id);
      made.getCanvas().style.cursor = "pointer";
      setHovered(
        device === undefined
          ? null
          : {
              x: point.x,
              y: point.y,
              text: `${device.name} · ${said.current.kind(device.kind)}, ${said.current.origin(device.origin)}`,
            },
      );
    });
    made.on("mouseout", () => setHovered(null));
    return () => {
      setMap(null);
      made.remove();
    };
  }, []);

  // The theme changes what the custom properties hold.
  useEffect(() => {
    if (map === null) return;
    map.setPaintProperty("ground", "background-color", colourOf("--map-ground"));
    map.setPaintProperty("area-line", "line-color", colourOf("--surface"));
    map.setPaintProperty("area-chosen", "line-color", colourOf("--text"));
    map.setPaintProperty("device-chosen", "circle-stroke-color", colourOf("--focus"));
    drawMarks(map, latest.current.devices);
    redrawClusters(map);
  }, [map, shown]);

  // The theme changes the colours of the bands.
  useEffect(() => {
    if (map === null) return;
    for (const { area, colour } of content.areas) {
      map.setFeatureState({ source: "areas", id: area.properties.id }, { fill: colourOf(colour) });
    }
  }, [map, content.areas, shown]);

  useEffect(() => {
    if (map === null) return;
    const { deviceColours } = content;
    map.setLayoutProperty("device-values", "visibility", deviceColours === null ? "none" : "visible");
    // Not when the effect is cleaned up: then the map may be gone.
    map.removeFeatureState({ source: "devices" });
    const resolved = new Map<string, string>();
    for (const [id, colour] of deviceColours ?? []) {
      if (!resolved.has(colour)) resolved.set(colour, colourOf(colour));
      map.setFeatureState({ source: "devices", id }, { value: resolved.get(colour) });
    }
  }, [map, content.deviceColours, shown]);

  useEffect(() => {
    if (map === null) return;
    drawMarks(map, content.devices);
    const source = map.getSource<GeoJSONSource>("devices");
    if (source === undefined) return;
    clusterWhenMany(source, content.devices.length);
    source.setData(pointsOf(content.devices));
  }, [map, content.devices]);

  useEffect(() => {
    if (map === null) return;
    map.setPaintProperty("area-fill", "fill-opacity", opacityFor(content.chosenArea));
    map.setFilter("area-chosen", ["==", ["get", "id"], content.chosenArea ?? ""]);
    map.setFilter("device-chosen", ["==", ["get", "id"], content.chosenDevice ?? ""]);
  }, [map, content.chosenArea, content.chosenDevice]);

  useEffect(() => {
    if (map === null) return;
    const all = latest.current.areas.map(({ area }) => area);
    const chosen = all.filter(({ properties }) => properties.id === content.chosenArea);
    const bounds = boundsOf(chosen.length === 0 ? all : chosen);
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (bounds !== null) map.fitBounds(toBounds(bounds), { padding: 28, duration: still ? 0 : 500 });
  }, [map, content.chosenArea]);

  useEffect(() => {
    if (map === null) return;
    const markers = content.areas.map((area) => labelOf(area).addTo(map));
    return () => {
      for (const marker of markers) marker.remove();
    };
  }, [map, content.areas]);

  return (
    <div className="map-box">
      <div ref={box} className="map-canvas" />
      <div className="map-zoom">
        <button
          type="button"
          className="button icon-button"
          aria-label={words.t("map.zoomIn")}
          onClick={() => map?.zoomIn()}
        >
          <span aria-hidden="true">+</span>
        </button>
        <button
          type="button"
          className="button icon-button"
          aria-label={words.t("map.zoomOut")}
          onClick={() => map?.zoomOut()}
        >
          <span aria-hidden="true">−</span>
        </button>
      </div>
      {backgroundFailed && (
        <p className="map-note small" role="status">
          {words.t("map.noBackground")}
        </p>
      )}
      {hovered !== null && (
        <div className="map-tip small" style={{ insetInlineStart: hovered.x, insetBlockStart: hovered.y }}>
          {hovered.text}
        </div>
      )}
    </div>
  );
}

function styleOf(areas: readonly ShownArea[]): StyleSpecification {
  const collection: GeoJSON.FeatureCollection = {
    type: "FeatureCollection",
    features: areas.map(({ area }) => area),
  };
  return {
    version: 8,
    sources: {
      areas: { type: "geojson", data: collection, promoteId: "id" },
      devices: { type: "geojson", data: { type: "FeatureCollection", features: [] }, promoteId: "id" },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colourOf("--map-ground") } },
      {
        id: "area-fill",
        type: "fill",
        source: "areas",
        paint: {
          "fill-color": ["to-color", ["feature-state", "fill"], colourOf("--band-none")],
          "fill-opacity": opacityFor(null),
        },
      },
      {
        id: "area-line",
        type: "line",
        source: "areas",
        paint: { "line-color": colourOf("--surface"), "line-width": 2.5 },
      },
      {
        id: "area-chosen",
        type: "line",
        source: "areas",
        filter: ["==", ["get", "id"], ""],
        paint: { "line-color": colourOf("--text"), "line-width": 2.5 },
      },
      {
        id: "device-chosen",
        type: "circle",
        source: "devices",
        filter: ["==", ["get", "id"], ""],
        paint: {
          "circle-radius": 15,
          "circle-color": "rgba(0,0,0,0)",
          "circle-stroke-width": 3,
          "circle-stroke-color": colourOf("--focus"),
        },
      },
      {
        id: "device-values",
        type: "circle",
        source: "devices",
        filter: ["!", ["has", "point_count"]],
        layout: { visibility: "none" },
        paint: {
          "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 6, 13, 9, 16, 15],
          "circle-color": ["to-color", ["feature-state", "value"], "rgba(0,0,0,0)"],
        },
      },
      clusterLayer,
      {
        id: "devices",
        type: "symbol",
        source: "devices",
        filter: ["!", ["has", "point_count"]],
        layout: {
          "icon-image": ["get", "mark"],
          "icon-allow-overlap": true,
          "icon-ignore-placement": true,
          "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.34, 13, 0.55, 16, 1],
        },
      },
    ],
  };
}

/** The areas that were not chosen step back. */
function opacityFor(chosen: string | null): number | ExpressionSpecification {
  return chosen === null ? SOLID : ["case", ["==", ["get", "id"], chosen], SOLID, 0.18];
}

function toBounds([west, south, east, north]: Bounds): LngLatBoundsLike {
  return [west, south, east, north];
}

function pointsOf(devices: readonly PlacedDevice[]): GeoJSON.FeatureCollection<GeoJSON.Point> {
  return {
    type: "FeatureCollection",
    features: devices.map(
      ({ id, kind, origin, lon, lat }): GeoJSON.Feature<GeoJSON.Point> => ({
        type: "Feature",
        properties: { id, mark: markName(kind, origin) },
        geometry: { type: "Point", coordinates: [lon, lat] },
      }),
    ),
  };
}

/** Gives the map the images of the marks that these devices need, in the colours of the shown theme. */
function drawMarks(map: MapLibreMap, devices: readonly PlacedDevice[]): void {
  const drawn = new Set<string>();
  for (const { kind, origin } of devices) {
    const name = markName(kind, origin);
    if (drawn.has(name)) continue;
    drawn.add(name);
    if (map.hasImage(name)) map.updateImage(name, drawMark(kind, origin));
    else map.addImage(name, drawMark(kind, origin), { pixelRatio: MARK_PIXEL_RATIO });
  }
}

function labelOf({ area, label, said }: ShownArea): Marker {
  const element = document.createElement("div");
  element.className = "map-label";
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", `${area.properties.name}: ${said}`);
  const name = document.createElement("span");
  name.textContent = area.properties.name;
  const number = document.createElement("strong");
  number.textContent = label;
  element.append(name, number);
  const [lon, lat] = labelPlace(area);
  return new Marker({ element }).setLngLat([lon, lat]);
}
