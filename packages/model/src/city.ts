import { z } from "zod";

const id = z.string().regex(/^[\w.:-]{1,120}$/, "use letters, digits, '.', ':', '_' or '-', at most 120");

/** Where a device's readings come from; shown wherever the device is shown. */
export const Origin = z.enum(["live", "recorded", "simulated"]);
export type Origin = z.infer<typeof Origin>;

/** A row of `devices.csv`. */
export const Device = z.strictObject({
  id,
  name: z.string().min(1).max(200),
  /** What it is: `bin`, `meter`, `air`, `noise`, `weather` … free, used to group and to pick a symbol. */
  kind: z.string().regex(/^[a-z][a-z0-9_-]{0,40}$/),
  /** Only this adapter may speak for the device; empty: any. */
  adapter: z.string().nullable(),
  /** The id the device has in its messages, if it is not `id`. */
  nativeId: z.string().nullable(),
  /** Name of the codec in the city's folder (`adapters/<name>.js`) that reads the bytes of its uplinks; empty: none. */
  codec: z
    .string()
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "use the name of a codec's file in adapters/, without .js")
    .nullable()
    .optional(),
  /** An id of `areas.geojson`; null: not in an area, and in no area's score. */
  area: z.string().nullable(),
  lat: z.number().min(-90).max(90).nullable(),
  lon: z.number().min(-180).max(180).nullable(),
  /** It says itself where it is, and is there; left out: it stays where the registry has it. Its area stays in any case. */
  moves: z.boolean().optional(),
  origin: Origin,
  /** Publisher and licence of a recording, or how a simulated value is made. */
  attribution: z.string().nullable(),
});
export type Device = z.infer<typeof Device>;

const Position = z.tuple([z.number(), z.number()]).rest(z.number());

/** A feature of `areas.geojson`: a district of the city. */
export const AreaFeature = z.object({
  type: z.literal("Feature"),
  properties: z.object({
    id,
    name: z.string().min(1),
    /** Inhabitants, the weight of the area in the city's score. */
    population: z.number().int().nonnegative(),
  }),
  geometry: z.discriminatedUnion("type", [
    z.object({ type: z.literal("Polygon"), coordinates: z.array(z.array(Position)).min(1) }),
    z.object({ type: z.literal("MultiPolygon"), coordinates: z.array(z.array(z.array(Position))).min(1) }),
  ]),
});
export type AreaFeature = z.infer<typeof AreaFeature>;

/** `areas.geojson`. */
export const Areas = z.object({
  type: z.literal("FeatureCollection"),
  features: z.array(AreaFeature),
});
export type Areas = z.infer<typeof Areas>;

/** What a map draws below the areas. */
export const GROUND_KINDS = ["water", "park", "building", "road"] as const;

/** `ground.geojson`, which a city may leave out: what helps to find one's way on the map. */
export const Ground = z.object({
  type: z.literal("FeatureCollection"),
  features: z.array(
    z.object({
      type: z.literal("Feature"),
      properties: z.object({ kind: z.enum(GROUND_KINDS) }),
      geometry: z.discriminatedUnion("type", [
        z.object({ type: z.literal("LineString"), coordinates: z.array(Position).min(2) }),
        z.object({ type: z.literal("MultiLineString"), coordinates: z.array(z.array(Position)).min(1) }),
        z.object({ type: z.literal("Polygon"), coordinates: z.array(z.array(Position)).min(1) }),
        z.object({
          type: z.literal("MultiPolygon"),
          coordinates: z.array(z.array(z.array(Position))).min(1),
        }),
      ]),
    }),
  ),
});
export type Ground = z.infer<typeof Ground>;

/** Pictures of a tile server of one's own, below the areas. The page asks nobody else for anything. */
export const MapTiles = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .refine(
      (url) => ["{z}", "{x}", "{y}"].every((part) => url.includes(part)),
      "use an address with {z}, {x} and {y}, such as https://tiles.example/{z}/{x}/{y}.png",
    ),
  /** Whose map it is: shown on it. */
  attribution: z.string().min(1),
  maxZoom: z.number().int().min(1).max(24).default(19),
});
export type MapTiles = z.infer<typeof MapTiles>;

/** An archive of map tiles, drawn below the areas instead of `MapTiles`: of pictures, or of roads, water and the like. */
export const MapArchive = z.strictObject({
  /** A file in the city's folder, which kota hands out itself, or an address. */
  from: z.union(
    [z.string().regex(/^[\w-][\w.-]*\.pmtiles$/), z.url({ protocol: /^https?$/ })],
    "use the name of a file in the city's folder, such as map.pmtiles, or its address, https://maps.example/map.pmtiles",
  ),
  /** Whose map it is: shown on it. */
  attribution: z.string().min(1),
});
export type MapArchive = z.infer<typeof MapArchive>;

const quota = z.number().int().min(1).nullable();

/** `city.yaml`. */
export const CitySettings = z.strictObject({
  name: z.string().min(1),
  /** One or two sentences, shown on the page. */
  description: z.string().default(""),
  /** IANA time zone: device times without a zone are in it, and days begin in it. */
  timeZone: z.string().refine(isTimeZone, "use an IANA time zone such as 'Asia/Jakarta'"),
  locale: z.string().default("en"),
  mqtt: z
    .strictObject({
      /** Topic filters that ingest subscribes to. */
      subscribe: z.array(z.string().min(1)).min(1).default(["#"]),
    })
    .prefault({}),
  limits: z
    .strictObject({
      /** Larger payloads are rejected. Bytes. */
      maxPayloadBytes: z.number().int().min(1024).max(900_000).default(262_144),
      /** A device's clock may be ahead by this much. */
      maxFutureSeconds: z.number().int().min(0).default(300),
      /** Older readings are rejected. */
      maxAgeDays: z.number().int().min(1).default(30),
    })
    .prefault({}),
  devices: z
    .strictObject({
      /** Topic filters on which a device that is not in the registry is taken in as it is; elsewhere it is rejected. */
      adopt: z.array(z.string().min(1)).default([]),
    })
    .prefault({}),
  /** How much a device may send. What is beyond is rejected as `quota_exceeded`, until the minute is over. */
  quotas: z
    .strictObject({
      /** Messages a minute of each device; null: as many as it likes. */
      perMinute: quota.default(6000),
      /** Quotas of some devices, by id or by a beginning with a `*` behind it. */
      devices: z.record(z.string().min(1), quota).default({}),
      /** So many rejections of a device and minute are kept whole; of the others a sample, with their number. */
      keptPerMinute: z.number().int().min(0).max(10_000).default(100),
    })
    .prefault({}),
  map: z
    .strictObject({ tiles: MapTiles.optional(), pmtiles: MapArchive.optional() })
    .refine(
      ({ tiles, pmtiles }) => tiles === undefined || pmtiles === undefined,
      "give tiles or pmtiles, not both",
    )
    .prefault({}),
  /** Data sets shown with their licence on the page. */
  attributions: z
    .array(
      z.strictObject({ title: z.string(), publisher: z.string(), licence: z.string(), note: z.string() }),
    )
    .default([]),
});
export type CitySettings = z.infer<typeof CitySettings>;

/** A city: the parsed content of its folder. */
export interface City {
  readonly settings: CitySettings;
  readonly areas: Areas;
  /** Left out: there is no `ground.geojson`. */
  readonly ground?: Ground;
  /** Where the file of `map.pmtiles` lies. Left out: there is none, or it is somewhere else. */
  readonly mapArchive?: string;
  readonly devices: readonly Device[];
  /** The text of `scores.yaml`; the scoring package parses it. */
  readonly scoreModel: string;
  /** The tables in `reports/`, CSV with a header line. Left out: there are none. */
  readonly reportTables?: readonly { readonly name: string; readonly text: string }[];
  /** The text of `polls.yaml`: where reports are asked for. Left out: nowhere. */
  readonly polls?: string;
  /** The text of `alerts.yaml`, which a city may leave out; the alerts package parses it. */
  readonly alerts?: string;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
