import { CITY_AREA } from "@kota/model";
import { FORECAST_STATES } from "@kota/scoring";
import { z } from "zod";
import { type ApiContext, type App, assertFilled } from "../context.ts";
import { createForecasts, type DeviceForecast } from "../forecasts.ts";
import { isoTime, isoTimeOrNull, Time } from "../iso-time.ts";
import { answers, HttpProblem } from "../problem.ts";
import { limitParameter, parameters } from "../query.ts";
import { areaIds } from "../score-list.ts";

const Forecast = z
  .object({
    device: z.string(),
    name: z.string(),
    area: z.string().nullable(),
    lat: z.number().nullable(),
    lon: z.number().nullable(),
    state: z
      .enum(FORECAST_STATES)
      .describe("`filling`: there is a forecast. `full`: it is full already. The others: why there is none"),
    value: z.number().nullable().describe("Its newest fill level, percent"),
    time: Time.nullable().describe("Of that reading"),
    ratePerHour: z.number().nullable().describe("Points of fill for an hour"),
    hours: z.number().nullable().describe("Until it is full; 0 when it is; null without a forecast"),
    fullAt: Time.nullable(),
    emptiedAt: Time.nullable().describe("The last emptying that was seen in the last two weeks"),
    emptyings: z.number().int().describe("Seen in the last two weeks"),
    typicalRatePerHour: z.number().nullable().describe("Middle of the rates between emptyings"),
    error: z
      .object({
        medianHours: z.number().describe("Middle of the absolute errors"),
        forecasts: z.number().int().describe("How many that were"),
      })
      .nullable()
      .describe(
        "How far off such forecasts were for this device: of the time at which it reached the level at which it was emptied. Null: not enough history",
      ),
  })
  .meta({ id: "Forecast" });

export function forecastRoutes(app: App, context: ApiContext): void {
  const { city, view, devices, registry, clock } = context;
  const find = createForecasts(context);

  const answerOf = ({ device: id, forecast, history }: DeviceForecast): z.input<typeof Forecast> => {
    const device = registry.devices.get(id);
    return {
      device: id,
      name: device?.name ?? id,
      area: device?.area ?? null,
      lat: device?.lat ?? null,
      lon: device?.lon ?? null,
      state: forecast.state,
      value: forecast.value,
      time: isoTimeOrNull(forecast.time ?? undefined),
      ratePerHour: forecast.rate,
      hours: forecast.hours,
      fullAt: isoTimeOrNull(forecast.fullAt ?? undefined),
      emptiedAt: isoTimeOrNull(history.emptiedAt ?? undefined),
      emptyings: history.emptyings,
      typicalRatePerHour: history.typicalRate,
      error: history.error,
    };
  };

  app.get(
    "/forecasts",
    {
      schema: {
        summary: "When bins will be full, the soonest first, with the error of past forecasts",
        querystring: parameters({
          metric: z.enum(["fill_level"]).default("fill_level"),
          area: z.enum(areaIds(city)).default(CITY_AREA).describe("`city` is the whole city"),
          device: z.string().min(1).optional().describe("Only this device"),
          limit: limitParameter({ fallback: 100, most: 10_000 }),
        }),
        response: answers(
          "The forecasts",
          z.object({
            at: Time,
            metric: z.string(),
            pending: z
              .number()
              .int()
              .describe("Devices whose past is still being read: ask again in some seconds"),
            forecasts: z.array(Forecast),
          }),
        ),
      },
    },
    async ({ query: { metric, area, device, limit } }) => {
      assertFilled(view);
      if (device !== undefined && !devices.has(device)) {
        throw new HttpProblem(
          "not_found",
          `There is no device '${device}': it is neither registered nor has a reading of it come in.`,
        );
      }
      const ids = device === undefined ? [...registry.devices.keys()] : [device];
      const asked = ids.filter(
        (id) =>
          view.device(id)?.values.has(metric) &&
          (area === CITY_AREA || registry.devices.get(id)?.area === area),
      );
      const { forecasts, pending } = await find(asked, metric);
      return { at: isoTime(clock()), metric, pending, forecasts: forecasts.slice(0, limit).map(answerOf) };
    },
  );
}
