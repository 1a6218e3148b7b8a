import { Areas, CitySettings, DIMENSIONS, Ground, MapTiles, type Origin } from "@kota/model";
import { z } from "zod";
import type { ApiContext, App } from "../context.ts";
import { answers } from "../problem.ts";
import { parameters } from "../query.ts";
import { MAP_ARCHIVE_PATH } from "./map-archive.ts";

const count = z.number().int().min(0);

const CityView = z
  .object({
    name: z.string(),
    description: z.string(),
    timeZone: z.string().describe("IANA time zone"),
    locale: z.string(),
    version: z.string().describe("Version of kota"),
    areas: Areas,
    dimensions: z.array(z.enum(DIMENSIONS)).describe("In the order in which they are shown"),
    map: z
      .object({
        tiles: MapTiles.nullable().describe("Pictures below the areas; null: none"),
        pmtiles: z
          .object({ url: z.string(), attribution: z.string() })
          .nullable()
          .describe("An archive of tiles below the areas, and where it is; null: none"),
        hasGround: z.boolean().describe("Whether `/v1/city/ground` has roads, water and the like"),
      })
      .describe("What the map draws below the areas"),
    attributions: CitySettings.shape.attributions.unwrap(),
    devices: z
      .object({ live: count, recorded: count, simulated: count })
      .describe("Registered devices by where their readings come from"),
  })
  .meta({ id: "City" });

export function cityRoutes(app: App, { city, registry, version }: ApiContext): void {
  const { settings, areas, ground } = city;
  const from = (origin: Origin) =>
    [...registry.devices.values()].filter((device) => device.origin === origin).length;
  const { tiles = null, pmtiles } = settings.map;
  const archive = pmtiles && {
    url: city.mapArchive === undefined ? pmtiles.from : MAP_ARCHIVE_PATH,
    attribution: pmtiles.attribution,
  };
  const view = (): z.infer<typeof CityView> => ({
    name: settings.name,
    description: settings.description,
    timeZone: settings.timeZone,
    locale: settings.locale,
    version,
    areas,
    dimensions: [...DIMENSIONS],
    map: { tiles, pmtiles: archive ?? null, hasGround: ground !== undefined },
    attributions: settings.attributions,
    devices: { live: from("live"), recorded: from("recorded"), simulated: from("simulated") },
  });
  app.get(
    "/city",
    {
      schema: {
        summary: "The city, its areas, its dimensions and the licences of its data",
        querystring: parameters({}),
        response: answers("The city", CityView),
      },
    },
    () => view(),
  );
  app.get(
    "/city/ground",
    {
      schema: {
        summary: "Roads, water, parks and buildings, to find one's way on the map",
        querystring: parameters({}),
        response: answers("GeoJSON; empty when the city gives none", Ground.meta({ id: "Ground" })),
      },
    },
    () => ground ?? { type: "FeatureCollection" as const, features: [] },
  );
}
