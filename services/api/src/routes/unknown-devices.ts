import { Device } from "@kota/model";
import { z } from "zod";
import { adminSecurity, requireAdmin } from "../admin.ts";
import { type ApiContext, type App, assertHeld } from "../context.ts";
import { isoTime, Time } from "../iso-time.ts";
import { answers, HttpProblem } from "../problem.ts";
import { parameters } from "../query.ts";
import { addReports, type ReplayReport } from "../replay.ts";
import { ReplayView, replayView } from "../replay-view.ts";
import { openRangeOf, rangeParameters } from "../time-range.ts";
import { listUnknownDevices, type UnknownDevice } from "../unknown-devices.ts";
import { RegisteredDevice, registeredDevice } from "./device-changes.ts";
import { requireReplayer } from "./replay.ts";

const UnknownView = z
  .object({
    id: z.string().describe("The id that it has in its messages"),
    adapter: z.string().describe("The adapter that understands it"),
    topic: z.string().describe("Of its newest rejected message"),
    reason: z.string().describe("Why that was rejected"),
    messages: z.number().int().min(1).describe("Rejected messages that wait to be replayed"),
    firstSeen: Time,
    lastSeen: Time,
    suggestedId: z.string().nullable().describe("Null: it is registered already"),
    registeredAs: z.string().nullable().describe("Registered since; only its messages wait to be replayed"),
  })
  .meta({ id: "UnknownDevice" });

const Adoption = z.strictObject({
  adapter: z.string().min(1).optional().describe("Needed when several adapters know a device of this id"),
  id: Device.shape.id.optional().describe("Its id in the registry; left out: as suggested"),
  name: Device.shape.name.optional().describe("Left out: the id in its messages"),
  kind: Device.shape.kind.default("device"),
  codec: Device.shape.codec.unwrap().default(null),
  area: z.string().nullable().default(null),
  lat: Device.shape.lat.default(null),
  lon: Device.shape.lon.default(null),
  attribution: z.string().nullable().default(null),
});

/** Messages of one device are replayed in so many steps at most; what is left is said by the cursor. */
const MOST_STEPS = 20;
const STEP = 5_000;

export function unknownDeviceRoutes(app: App, context: ApiContext): void {
  const { store, registry, book, replayer, adminTokens } = context;

  app.get(
    "/devices/unknown",
    {
      schema: {
        summary: "Devices that send and are not registered, from their rejected messages",
        querystring: parameters(rangeParameters),
        response: answers(
          "The devices, the one that sends most first",
          z.object({
            devices: z.array(UnknownView),
            scanned: z.number().int().min(0).describe("Rejections that were looked at, the newest"),
            complete: z.boolean().describe("False: there are older ones that were not looked at"),
          }),
        ),
      },
    },
    async ({ query }) => {
      assertHeld(context);
      const { devices, scanned, complete } = await listUnknownDevices(context, openRangeOf(query));
      return { devices: devices.map(unknownView), scanned, complete };
    },
  );

  app.post(
    "/devices/unknown/:id/adopt",
    {
      onRequest: requireAdmin(adminTokens),
      preValidation: async (request) => {
        // Nothing has to be said beside the id.
        (request as { body: unknown }).body ??= {};
      },
      schema: {
        summary: "Register a device that sends, and replay its rejected messages",
        description: "`id` is the one in its messages, percent-encoded.",
        security: adminSecurity,
        params: z.object({ id: z.string().min(1).max(400) }),
        querystring: parameters({}),
        body: Adoption,
        response: answers(
          "The registered device, and what became of its messages",
          z.object({ device: RegisteredDevice, replay: ReplayView }),
        ),
      },
    },
    async ({ params, body }) => {
      assertHeld(context);
      const ready = requireReplayer(replayer);
      const native = params.id;
      const { devices } = await listUnknownDevices({ store, registry, book }, { device: native });
      const unknown = theOne(devices, native, body.adapter);
      const id = unknown.registeredAs ?? body.id ?? unknown.suggestedId ?? native;
      if (unknown.registeredAs === null) {
        if (registry.devices.has(id)) {
          throw new HttpProblem(
            "conflict",
            `There is a device '${id}' already. Send another 'id' for this one.`,
          );
        }
        const { name = native.slice(0, 200), kind, codec, area, lat, lon, attribution } = body;
        const nativeId = native === id ? null : native;
        const { adapter } = unknown;
        const device = { id, name, kind, adapter, nativeId, codec, area, lat, lon, attribution };
        await registry.decide(id, { ...device, origin: "live" }, registry.version(id));
      }
      let report: ReplayReport | undefined;
      for (let step = 0; step < MOST_STEPS && (step === 0 || report?.next); step++) {
        const part: ReplayReport = await ready.run({
          selection: { code: "unknown_device", device: native, adapter: unknown.adapter },
          apply: true,
          limit: STEP,
          after: report?.next ?? null,
        });
        report = report ? addReports(report, part) : part;
      }
      if (!report) throw new HttpProblem("internal", "No message was replayed.");
      return { device: registeredDevice(registry, id), replay: replayView(report, false) };
    },
  );
}

function theOne(
  devices: readonly UnknownDevice[],
  native: string,
  adapter: string | undefined,
): UnknownDevice {
  const found = devices.filter((one) => one.native === native && (adapter ?? one.adapter) === one.adapter);
  const [first, ...others] = found;
  if (!first) {
    throw new HttpProblem(
      "not_found",
      `No unknown device '${native}'${adapter === undefined ? "" : ` of the adapter ${adapter}`} has sent anything. /v1/devices/unknown lists those that did.`,
    );
  }
  if (others.length > 0) {
    throw new HttpProblem(
      "conflict",
      `Several adapters know a device '${native}': ${found.map((one) => one.adapter).join(", ")}. Send the 'adapter' of the one to adopt.`,
    );
  }
  return first;
}

function unknownView({ native, firstSeen, lastSeen, ...rest }: UnknownDevice): z.infer<typeof UnknownView> {
  return { id: native, ...rest, firstSeen: isoTime(firstSeen), lastSeen: isoTime(lastSeen) };
}
