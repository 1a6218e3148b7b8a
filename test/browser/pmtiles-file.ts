import { gzipSync } from "node:zlib";
import { GeoJSONVT } from "@maplibre/geojson-vt";
import { fromGeojsonVt } from "@maplibre/vt-pbf";
import type { FeatureCollection } from "geojson";
import { TileType, zxyToTileId } from "pmtiles";

/** West, south, east, north, degrees. */
export type Bounds = readonly [number, number, number, number];

interface Tile {
  readonly z: number;
  readonly x: number;
  readonly y: number;
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = 127;
const GZIP = 2;
const NOT_COMPRESSED = 1;

/** A PMTiles archive of vector tiles of these layers. */
export function vectorArchive(
  layers: Readonly<Record<string, FeatureCollection>>,
  bounds: Bounds,
  zooms: readonly number[],
): Buffer {
  const deepest = Math.max(...zooms);
  const indexes = Object.entries(layers).map(
    ([name, data]) => [name, new GeoJSONVT(data, { maxZoom: deepest, indexMaxZoom: deepest })] as const,
  );
  const tiles = zooms.flatMap((z) =>
    tilesIn(bounds, z).flatMap(({ x, y }): Tile[] => {
      const found = indexes.flatMap(([name, index]) => {
        const tile = index.getTile(z, x, y);
        return tile === null ? [] : [[name, tile] as const];
      });
      if (found.length === 0) return [];
      return [{ z, x, y, bytes: gzipSync(fromGeojsonVt(Object.fromEntries(found), { version: 2 })) }];
    }),
  );
  const metadata = { vector_layers: Object.keys(layers).map((id) => ({ id, fields: {} })) };
  return archive(tiles, { bounds, zooms, type: TileType.Mvt, compression: GZIP, metadata });
}

/** A PMTiles archive in which every tile is the same picture. */
export function pictureArchive(png: Uint8Array, bounds: Bounds, zooms: readonly number[]): Buffer {
  const tiles = zooms.flatMap((z) => tilesIn(bounds, z).map(({ x, y }) => ({ z, x, y, bytes: png })));
  return archive(tiles, {
    ...{ bounds, zooms, type: TileType.Png },
    ...{ compression: NOT_COMPRESSED, metadata: {} },
  });
}

function tilesIn([west, south, east, north]: Bounds, z: number): { x: number; y: number }[] {
  const size = 2 ** z;
  const column = (lon: number) => Math.floor(((lon + 180) / 360) * size);
  const row = (lat: number) => {
    const angle = (lat * Math.PI) / 180;
    return Math.floor(((1 - Math.log(Math.tan(angle) + 1 / Math.cos(angle)) / Math.PI) / 2) * size);
  };
  const tiles: { x: number; y: number }[] = [];
  for (let x = column(west); x <= column(east); x++) {
    for (let y = row(north); y <= row(south); y++) tiles.push({ x, y });
  }
  return tiles;
}

interface Kind {
  readonly bounds: Bounds;
  readonly zooms: readonly number[];
  readonly type: TileType;
  readonly compression: number;
  readonly metadata: object;
}

/** Version 3 of the format: header, root directory, metadata, tiles in the order of their ids. */
function archive(tiles: readonly Tile[], { bounds, zooms, type, compression, metadata }: Kind): Buffer {
  const entries = tiles
    .map(({ z, x, y, bytes }) => ({ id: zxyToTileId(z, x, y), bytes }))
    .sort((a, b) => a.id - b.id);
  const directory = gzipSync(directoryOf(entries));
  const said = gzipSync(JSON.stringify(metadata));
  const data = Buffer.concat(entries.map(({ bytes }) => bytes));
  const header = Buffer.alloc(HEADER_BYTES);
  header.write("PMTiles\x03", "latin1");
  const places = [HEADER_BYTES, directory.length, HEADER_BYTES + directory.length, said.length];
  const dataAt = HEADER_BYTES + directory.length + said.length;
  const numbers = [...places, dataAt, 0, dataAt, data.length, ...Array(3).fill(entries.length)];
  numbers.forEach((number: number, index) => {
    header.writeBigUInt64LE(BigInt(number), 8 + 8 * index);
  });
  Buffer.from([1, GZIP, compression, type, Math.min(...zooms), Math.max(...zooms)]).copy(header, 96);
  bounds.forEach((degrees, index) => {
    header.writeInt32LE(Math.round(degrees * 1e7), 102 + 4 * index);
  });
  return Buffer.concat([header, directory, said, data]);
}

function directoryOf(entries: readonly { readonly id: number; readonly bytes: Uint8Array }[]): Buffer {
  let before = 0;
  const ids = entries.map(({ id }) => {
    const step = id - before;
    before = id;
    return step;
  });
  const runs = entries.map(() => 1);
  const lengths = entries.map(({ bytes }) => bytes.length);
  // 0 says 'right after the one before'; else it is the place and one.
  const places = entries.map((_, index) => (index === 0 ? 1 : 0));
  return Buffer.from([entries.length, ...ids, ...runs, ...lengths, ...places].flatMap(varint));
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}
