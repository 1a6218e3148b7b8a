import { addProtocol, type Map as MapLibreMap } from "maplibre-gl";
import { PMTiles, Protocol, TileType } from "pmtiles";
import { colourOf } from "../../ui/theme.ts";
import { archiveLayers, archiveNames, GROUND_COLOURS } from "./archive-layers.ts";

const SOURCE = "archive";
const protocol = new Protocol();
addProtocol("pmtiles", protocol.tile);

export interface ArchiveOptions {
  readonly url: string;
  readonly attribution: string;
  /** The layer below which it is drawn. */
  readonly below: string;
  /** The layer below which its names stand. */
  readonly namesBelow: string;
}

/**
 * Draws an archive of map tiles, pictures or vectors, reading only the parts of it that are looked at.
 * @param isWanted Whether the map is still there when the beginning of the archive has been read.
 */
export async function addArchive(
  map: MapLibreMap,
  { url, attribution, below, namesBelow }: ArchiveOptions,
  isWanted: () => boolean,
): Promise<void> {
  const address = new URL(url, window.location.href).href;
  const archive = protocol.get(address) ?? new PMTiles(address);
  protocol.add(archive);
  const [header, metadata] = await Promise.all([archive.getHeader(), archive.getMetadata()]);
  if (!isWanted()) return;
  const source = {
    tiles: [`pmtiles://${address}/{z}/{x}/{y}`],
    minzoom: header.minZoom,
    maxzoom: header.maxZoom,
    bounds: [header.minLon, header.minLat, header.maxLon, header.maxLat] as [number, number, number, number],
    attribution,
  };
  if (header.tileType !== TileType.Mvt && header.tileType !== TileType.Mlt) {
    map.addSource(SOURCE, { type: "raster", tileSize: 256, ...source });
    map.addLayer({ id: "archive/pictures", type: "raster", source: SOURCE }, below);
    return;
  }
  const encoding = header.tileType === TileType.Mlt ? { encoding: "mlt" as const } : {};
  map.addSource(SOURCE, { type: "vector", ...encoding, ...source });
  const names = layerNames(metadata);
  // What the city drew itself stays above it, whichever of the two is there first.
  const lowest = map.getLayer("ground-water") === undefined ? below : "ground-water";
  for (const layer of archiveLayers(SOURCE, names, colourOf)) map.addLayer(layer, lowest);
  for (const layer of archiveNames(SOURCE, names, colourOf)) map.addLayer(layer, namesBelow);
}

/** The colours of another theme. */
export function recolourArchive(map: MapLibreMap): void {
  for (const id of map.getLayersOrder()) {
    const [of, type, kind] = id.split("/");
    if (of !== SOURCE) continue;
    if (type === "fill" || type === "line") {
      const colour = colourOf(GROUND_COLOURS[kind as keyof typeof GROUND_COLOURS]);
      map.setPaintProperty(id, `${type}-color`, colour);
    } else if (type === "names") {
      map.setPaintProperty(id, "text-color", colourOf("--text-muted"));
      map.setPaintProperty(id, "text-halo-color", colourOf("--map-ground"));
    }
  }
}

/** The layers that the metadata of an archive names; null: it names none. */
function layerNames(metadata: unknown): readonly string[] | null {
  const layers = (metadata as { readonly vector_layers?: unknown } | null)?.vector_layers;
  if (!Array.isArray(layers) || layers.length === 0) return null;
  return layers.flatMap((layer: unknown) => {
    const id = (layer as { readonly id?: unknown } | null)?.id;
    return typeof id === "string" ? [id] : [];
  });
}
