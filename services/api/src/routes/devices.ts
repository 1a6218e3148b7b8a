import { CITY_AREA, Origin } from "@kota/model";
import { z } from "zod";
import { type ApiContext, type App, assertFilled } from "../context.ts";
import { decodeCursor, encodeCursor, nextLink } from "../cursor.ts";
import { DeviceView, LatestValues } from "../device-view.ts";
import { answers, HttpProblem } from "../problem.ts";
import { limitParameter, parameters } from "../query.ts";
import { areaIds } from "../score-list.ts";
import { QueryTime } from "../time-range.ts";

const Place = z.tuple([z.string()]);
const pathParameters = z.object({ id: z.string().min(1).max(400) });

export function deviceRoutes(app: App, { city, view, devices, past }: ApiContext): void {
  const find = (id: string): DeviceView => {
    assertFilled(view);
    const device = devices.get(id);
    if (!device) {
      throw new HttpProblem(
        "not_found",
        `There is no device '${id}': it is neither registered nor has a reading of it come in.`,
      );
    }
    return device;
  };

  app.get(
    "/devices",
    {
      schema: {
        summary: "Registered devices and those that were adopted, by id",
        querystring: parameters({
          area: z.enum(areaIds(city)).optional().describe("`city`: every area, and devices in none"),
          kind: z.string().optional(),
          origin: Origin.optional(),
          at: QueryTime.optional().describe(
            "A moment of the past: the devices with their values as they were then, of the 30 days before it. Left out: now",
          ),
          limit: limitParameter({ fallback: 1_000, most: 10_000 }),
          cursor: z.string().optional().describe("The `nextCursor` of the page before"),
        }),
        response: answers(
          "A page of devices",
          z.object({ devices: z.array(DeviceView), nextCursor: z.string().nullable() }),
        ),
      },
    },
    async (request, reply) => {
      assertFilled(view);
      const { area, kind, origin, limit, cursor, at } = request.query;
      const then = at === undefined ? undefined : await past.devices(at);
      const [after] = cursor === undefined ? [""] : decodeCursor(Place, cursor);
      const page: DeviceView[] = [];
      let nextCursor: string | null = null;
      for (const id of devices.ids()) {
        if (id <= after) continue;
        const device = then ? devices.asSeen(id, then) : devices.get(id);
        if (!device) continue;
        if (area !== undefined && area !== CITY_AREA && device.area !== area) continue;
        if (kind !== undefined && device.kind !== kind) continue;
        if (origin !== undefined && device.origin !== origin) continue;
        const last = page.at(-1);
        if (last && page.length === limit) {
          nextCursor = encodeCursor([last.id]);
          reply.header("link", nextLink(request.url, "cursor", nextCursor));
          break;
        }
        page.push(device);
      }
      return { devices: page, nextCursor };
    },
  );

  app.get(
    "/devices/:id",
    {
      schema: {
        summary: "One device",
        params: pathParameters,
        querystring: parameters({}),
        response: answers("The device", DeviceView),
      },
    },
    ({ params }) => find(params.id),
  );

  app.get(
    "/devices/:id/latest",
    {
      schema: {
        summary: "The newest value of each metric of a device",
        params: pathParameters,
        querystring: parameters({}),
        response: answers(
          "The values",
          z.object({
            device: z.string(),
            lastSeen: DeviceView.shape.lastSeen,
            values: LatestValues,
          }),
        ),
      },
    },
    ({ params }) => {
      const { id, lastSeen, latest } = find(params.id);
      return { device: id, lastSeen, values: latest };
    },
  );
}
