import { adminApi } from "../admin-api.ts";
import { type ReplayResult, replayText } from "../replay-text.ts";
import { settings } from "../settings.ts";
import { renderTable } from "../table.ts";
import { type DeviceOptions, degrees, type RegisteredDevice } from "./devices-change.ts";

interface UnknownDevice {
  readonly id: string;
  readonly adapter: string;
  readonly topic: string;
  readonly messages: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly suggestedId: string | null;
  readonly registeredAs: string | null;
}

/** `kota devices unknown`. */
export async function listUnknownDevices({ json, url }: { json?: boolean; url?: string }): Promise<void> {
  const api = adminApi(settings(), url);
  const found = await api.get<{
    readonly devices: readonly UnknownDevice[];
    readonly scanned: number;
    readonly complete: boolean;
  }>("/v1/devices/unknown");
  if (json) {
    console.log(JSON.stringify(found));
    return;
  }
  if (found.devices.length === 0) {
    console.log("Every device that sends is registered, or adopted by its topic.");
    return;
  }
  const table = renderTable(
    ["id", "adapter", "messages", "first seen", "last seen", "topic", "would be"],
    found.devices.map((one) => [
      one.id,
      one.adapter,
      String(one.messages),
      one.firstSeen,
      one.lastSeen,
      one.topic,
      one.suggestedId ?? `${one.registeredAs} (registered)`,
    ]),
  );
  console.log(table.join("\n"));
  if (!found.complete) console.log(`Of the newest ${found.scanned} rejected messages; there are older ones.`);
  console.log("Take one in with: kota devices adopt <id> --kind <kind> --area <area>");
}

/** `kota devices adopt`. */
export async function adoptDevice(
  id: string,
  options: DeviceOptions & { readonly as?: string },
): Promise<void> {
  const { as, adapter, codec, name, kind, area, attribution, json, url } = options;
  const api = adminApi(settings(), url);
  const answer = await api.send<{ readonly device: RegisteredDevice; readonly replay: ReplayResult }>(
    "POST",
    `/v1/devices/unknown/${encodeURIComponent(id)}/adopt`,
    {
      id: as,
      adapter,
      name,
      kind,
      codec,
      area,
      attribution,
      lat: degrees("lat", options.lat),
      lon: degrees("lon", options.lon),
    },
  );
  if (json) {
    console.log(JSON.stringify(answer));
    return;
  }
  console.log(`${answer.device.id} is registered (${answer.device.kind}, adapter ${answer.device.adapter}).`);
  console.log(replayText(answer.replay).join("\n"));
}
