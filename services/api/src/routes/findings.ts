import { sightingOf } from "@kota/attention";
import { CITY_AREA, Origin } from "@kota/model";
import { z } from "zod";
import { type ApiContext, type App, assertFilled } from "../context.ts";
import { Time } from "../iso-time.ts";
import { answers } from "../problem.ts";
import { parameters } from "../query.ts";
import { areaIds } from "../score-list.ts";
import { QueryTime } from "../time-range.ts";
import { factsRow, WorkItem } from "../work-row.ts";

const Finding = WorkItem.pick({
  id: true,
  reason: true,
  device: true,
  deviceName: true,
  kind: true,
  area: true,
  severity: true,
  excess: true,
  facts: true,
})
  .extend({ origin: Origin.nullable() })
  .meta({ id: "Finding" });

const FoundThen = z.object({
  at: Time,
  findings: z.array(Finding).describe("The most pressing first"),
  notAsked: z
    .number()
    .int()
    .min(0)
    .describe("Devices that may have been silent too: there are too many to be asked about"),
});

export function findingRoutes(app: App, { city, view, pastFindings }: ApiContext): void {
  app.get(
    "/findings",
    {
      schema: {
        summary: "What needed attention at a moment of the past",
        description:
          "Found again in the readings that are stored, by the rules and the registry of today: bins, air, devices that were silent or never sent. What people did about it, alerts and suspect sensors are in `/v1/work?at=`, with the same ids.",
        querystring: parameters({
          at: QueryTime.describe("The moment"),
          area: z.enum(areaIds(city)).default(CITY_AREA).describe("`city`: every area, and devices in none"),
        }),
        response: answers("What stood out", FoundThen),
      },
    },
    async ({ query: { at, area } }) => {
      assertFilled(view);
      const { findings, notAsked } = await pastFindings.at(at, area === CITY_AREA ? null : area);
      return {
        at: new Date(at).toISOString(),
        findings: findings.map((finding) => {
          const { id, reason, severity, excess, facts } = sightingOf(finding);
          const { device } = finding;
          return {
            ...{ id, reason, severity, excess },
            device: device.id,
            deviceName: device.name,
            kind: device.kind,
            area: device.area,
            origin: Origin.nullable().parse(device.origin),
            facts: factsRow(facts),
          };
        }),
        notAsked,
      };
    },
  );
}
