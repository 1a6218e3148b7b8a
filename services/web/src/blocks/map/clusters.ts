import { type GeoJSONSource, type LayerSpecification, type Map as MapLibreMap, Point } from "maplibre-gl";
import { colourOf } from "../../ui/theme.ts";

/** Up to so many devices each has its own mark at every zoom: one that stands out must not hide in a number. */
const MOST_SINGLE = 1_000;
const SIZE = 34;
const PIXEL_RATIO = 2;
const NAME = /^cluster\/(.+)$/;

/** Devices that are close to each other, as one mark with their number. */
export const clusterLayer: LayerSpecification = {
  id: "clusters",
  type: "symbol",
  source: "devices",
  filter: ["has", "point_count"],
  layout: {
    "icon-image": ["concat", "cluster/", ["get", "point_count_abbreviated"]],
    "icon-allow-overlap": true,
    "icon-ignore-placement": true,
  },
};

/** Puts devices together when there are more than can be told apart. */
export function clusterWhenMany(source: GeoJSONSource, devices: number): void {
  const cluster = devices > MOST_SINGLE;
  if (source.getClusterOptions().cluster === cluster) return;
  void source.setClusterOptions({ cluster, clusterRadius: 44, clusterMaxZoom: 14 });
}

/** Draws the number of a cluster when the map needs it: it has no fonts, which would have to come from a server. */
export function drawClusters(map: MapLibreMap): void {
  map.setMissingStyleImageResolver((id) => {
    const count = NAME.exec(id)?.[1];
    if (count !== undefined && !map.hasImage(id)) map.addImage(id, drawn(count), { pixelRatio: PIXEL_RATIO });
  });
}

/** The colours of another theme. */
export function redrawClusters(map: MapLibreMap): void {
  for (const id of map.listImages()) {
    const count = NAME.exec(id)?.[1];
    if (count !== undefined) map.updateImage(id, drawn(count));
  }
}

/** Opens the cluster at a place; false: there is none. */
export async function openCluster(map: MapLibreMap, x: number, y: number): Promise<boolean> {
  const [found] = map.queryRenderedFeatures(new Point(x, y), { layers: ["clusters"] });
  const id = found?.properties.cluster_id as number | undefined;
  const source = map.getSource<GeoJSONSource>("devices");
  if (found === undefined || id === undefined || source === undefined) return false;
  const { coordinates } = found.geometry as GeoJSON.Point;
  const zoom = await source.getClusterExpansionZoom(id);
  map.easeTo({
    center: coordinates as [number, number],
    zoom,
    duration: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 400,
  });
  return true;
}

function drawn(count: string): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE * PIXEL_RATIO;
  const context = canvas.getContext("2d");
  if (context === null) return new ImageData(canvas.width, canvas.height);
  context.scale(PIXEL_RATIO, PIXEL_RATIO);
  context.beginPath();
  context.arc(SIZE / 2, SIZE / 2, SIZE / 2 - 2, 0, 2 * Math.PI);
  context.fillStyle = colourOf("--mark");
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = colourOf("--mark-edge");
  context.stroke();
  context.fillStyle = colourOf("--mark-hollow");
  context.font = `600 12px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(count, SIZE / 2, SIZE / 2 + 0.5);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
