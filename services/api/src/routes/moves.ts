import { CITY_AREA, DIMENSIONS } from "@kota/model";
import { MOVE_CODES, parseScoreModel } from "@kota/scoring";
import { z } from "zod";
import { type ApiContext, type App, assertFilled } from "../context.ts";
import { isoTime, Time } from "../iso-time.ts";
import { createMoves } from "../moves.ts";
import { answers } from "../problem.ts";
import { limitParameter, parameters } from "../query.ts";
import { areaIds } from "../score-list.ts";

const Gain = z
  .object({
    before: z.number().nullable(),
    after: z.number().nullable(),
    gain: z.number().nullable().describe("Points; null where there is no score before or after"),
    coverageGain: z.number().nullable(),
  })
  .meta({ id: "Gain" });

const Moves = z
  .object({
    area: z.string(),
    dimension: z.enum(DIMENSIONS).nullable(),
    at: Time,
    moves: z.array(
      z.object({
        code: z
          .enum(MOVE_CODES)
          .describe(
            "`empty`: bins are emptied; `repair`: devices that were left out count; `reach`: a value comes to the next goalpost",
          ),
        area: z.string(),
        indicators: z
          .array(
            z.object({
              area: z.string(),
              dimension: z.enum(DIMENSIONS).nullable(),
              aspect: z.string().nullable(),
              indicator: z.string().nullable(),
              title: z.string(),
            }),
          )
          .readonly()
          .describe("The indicators that it changes"),
        metric: z.string(),
        unit: z.string().describe("Of `from` and `to`, UCUM"),
        devices: z.array(z.object({ id: z.string(), name: z.string() })).describe("At most 20"),
        deviceCount: z.number().int(),
        from: z.number().nullable(),
        to: z.number().nullable(),
        isAssumed: z
          .boolean()
          .describe("Nobody knows what the device would say: it was taken to say what the others do"),
        areaGain: Gain,
        cityGain: Gain.nullable(),
        text: z.string().describe("All of it in an English sentence"),
      }),
    ),
    notOpened: z
      .array(z.string())
      .readonly()
      .describe("Indicators of too many devices to be opened, as area/dimension/aspect/indicator"),
  })
  .meta({ id: "Moves" });

export function moveRoutes(app: App, context: ApiContext): void {
  const { city, view, registry } = context;
  const find = createMoves(context);

  app.get(
    "/scores/moves",
    {
      schema: {
        summary:
          "What would raise a score most: bins to empty, devices to repair, values to bring to a goalpost",
        description:
          "The gain is the difference of two recomputations of the score's receipt: as it is, and with the evidence as it would be. Found anew every 30 seconds.",
        querystring: parameters({
          area: z.enum(areaIds(city)).default(CITY_AREA).describe("`city` is the whole city"),
          dimension: z.enum(DIMENSIONS).optional().describe("Left out: the overall score"),
          limit: limitParameter({ fallback: 20, most: 200 }),
        }),
        response: answers("The moves, the greatest gain first", Moves),
      },
    },
    async ({ query: { area, dimension = null, limit } }) => {
      assertFilled(view);
      const { at, moves, notOpened } = await find(parseScoreModel(city.scoreModel), area, dimension);
      return {
        area,
        dimension,
        at: isoTime(at),
        moves: moves.slice(0, limit).map((move) => ({
          ...move,
          devices: move.devices.map((id) => ({ id, name: registry.devices.get(id)?.name ?? id })),
        })),
        notOpened,
      };
    },
  );
}
