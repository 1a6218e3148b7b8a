import { Device } from "@kota/model";
import { z } from "zod";
import { adminSecurity, requireAdmin } from "../admin.ts";
import { type ApiContext, type App, assertHeld } from "../context.ts";
import type { DeviceRegistry } from "../device-registry.ts";
import { answers, HttpProblem } from "../problem.ts";
import { parameters } from "../query.ts";
import { RESERVED_IDS } from "../unknown-devices.ts";

const version = z.number().int().min(0);

export const RegisteredDevice = Device.extend({
  codec: Device.shape.codec
    .unwrap()
    .describe("Name of the codec in the city's folder that reads the bytes of its uplinks"),
  moves: Device.shape.moves.unwrap().describe("It is where it says that it is; its area stays"),
  version: version.describe("Goes up with every change; 0: as in devices.csv"),
}).meta({ id: "RegisteredDevice" });
type RegisteredDevice = z.infer<typeof RegisteredDevice>;

const DeviceBody = Device.omit({ id: true }).extend({
  adapter: Device.shape.adapter.default(null),
  nativeId: Device.shape.nativeId.default(null),
  codec: Device.shape.codec.unwrap().default(null),
  area: Device.shape.area.default(null),
  lat: Device.shape.lat.default(null),
  lon: Device.shape.lon.default(null),
  moves: Device.shape.moves.unwrap().default(false),
  origin: Device.shape.origin.default("live"),
  attribution: Device.shape.attribution.default(null),
  version: version
    .default(0)
    .describe(
      "The version that this change is based on; 0, or left out, for a device that is new or as in devices.csv",
    ),
});

const pathParameters = z.object({ id: Device.shape.id });

export function deviceChangeRoutes(app: App, context: ApiContext): void {
  const { registry, adminTokens } = context;

  app.get(
    "/devices/:id/registration",
    {
      schema: {
        summary: "A device as it is registered: what to send back, changed, with PUT",
        params: z.object({ id: z.string().min(1).max(400) }),
        querystring: parameters({}),
        response: answers("The registered device", RegisteredDevice),
      },
    },
    ({ params }) => {
      assertHeld(context);
      return registeredDevice(registry, params.id);
    },
  );

  app.put(
    "/devices/:id",
    {
      onRequest: requireAdmin(adminTokens),
      schema: {
        summary: "Register a device, or change one; the whole device is sent",
        security: adminSecurity,
        params: pathParameters,
        querystring: parameters({}),
        body: DeviceBody,
        response: answers("The device with its new version", RegisteredDevice),
      },
    },
    async ({ params: { id }, body }) => {
      assertHeld(context);
      if (RESERVED_IDS.has(id)) throw new HttpProblem("bad_request", `A device cannot have the id '${id}'.`);
      const { version: basedOn, ...device } = body;
      await registry.decide(id, { id, ...device }, basedOn);
      return registeredDevice(registry, id);
    },
  );

  app.delete(
    "/devices/:id",
    {
      onRequest: requireAdmin(adminTokens),
      schema: {
        summary: "Retire a device: its readings stay, its next message is of an unknown device",
        security: adminSecurity,
        params: pathParameters,
        querystring: parameters({
          version: z.coerce
            .number()
            .int()
            .min(0)
            .default(0)
            .describe("The version that was seen; 0 when left out"),
        }),
        response: answers(
          "What was retired",
          z.object({ id: z.string(), retired: z.literal(true), version }),
        ),
      },
    },
    async ({ params: { id }, query }) => {
      assertHeld(context);
      const record = await registry.decide(id, null, query.version);
      return { id, retired: true as const, version: record.version };
    },
  );
}

/** @throws HttpProblem `not_found` for a device that is not in the registry. */
export function registeredDevice(registry: DeviceRegistry, id: string): RegisteredDevice {
  const device = registry.devices.get(id);
  if (!device) throw new HttpProblem("not_found", `There is no registered device '${id}'.`);
  return {
    ...device,
    codec: device.codec ?? null,
    moves: device.moves ?? false,
    version: registry.version(id),
  };
}
