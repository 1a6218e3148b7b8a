import { z } from "zod";
import type { ApiContext, App } from "../context.ts";
import { isoTime, Time } from "../iso-time.ts";
import { answers } from "../problem.ts";
import { parameters } from "../query.ts";

const quota = z.number().int().min(1).nullable().describe("Messages a minute; null: no quota");

export function quotaRoutes(app: App, { city, view }: ApiContext): void {
  app.get(
    "/quotas",
    {
      schema: {
        summary: "How much a device may send, and which devices are held back",
        description:
          "What a device sends beyond its quota is kept as rejections with the code `quota_exceeded`, and can be replayed. It is released by itself when the minute is over.",
        querystring: parameters({}),
        response: answers(
          "The quotas",
          z.object({
            perMinute: quota,
            devices: z.record(z.string(), quota).describe("By id, or by a beginning with a * behind it"),
            over: z
              .array(
                z.object({
                  device: z.string().nullable().describe("Null: of messages that nobody can read"),
                  topic: z.string().describe("Of one of its messages"),
                  since: Time,
                  last: Time,
                  messages: z
                    .number()
                    .int()
                    .min(1)
                    .describe("Held back since then, as far as this process saw"),
                }),
              )
              .describe("Held back in the last two minutes, the noisiest first"),
          }),
        ),
      },
    },
    () => ({
      perMinute: city.settings.quotas.perMinute,
      devices: city.settings.quotas.devices,
      over: view.overQuota().map((one) => ({ ...one, since: isoTime(one.since), last: isoTime(one.last) })),
    }),
  );
}
