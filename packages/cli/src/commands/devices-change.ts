import { KotaError } from "@kota/model";
import { adminApi } from "../admin-api.ts";
import { settings } from "../settings.ts";

export interface DeviceOptions {
  readonly name?: string;
  readonly kind?: string;
  readonly area?: string;
  readonly lat?: string;
  readonly lon?: string;
  readonly attribution?: string;
  readonly adapter?: string;
  readonly nativeId?: string;
  readonly codec?: string;
  readonly origin?: string;
  readonly moves?: boolean;
  readonly json?: boolean;
  readonly url?: string;
}

export interface RegisteredDevice {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly adapter: string | null;
  readonly area: string | null;
  readonly version: number;
}

/** `kota devices add`. */
export async function addDevice(id: string, options: DeviceOptions): Promise<void> {
  const { kind } = options;
  if (kind === undefined)
    throw new KotaError("bad_request", "--kind: say what it is: bin, meter, air, noise …");
  await put(id, { name: id, ...given(options) }, options);
}

/** `kota devices change`. */
export async function changeDevice(id: string, options: DeviceOptions): Promise<void> {
  const api = adminApi(settings(), options.url);
  const { id: _, ...present } = await api.get<RegisteredDevice>(
    `/v1/devices/${encodeURIComponent(id)}/registration`,
  );
  await put(id, { ...present, ...given(options) }, options);
}

/** `kota devices retire`. */
export async function retireDevice(id: string, { json, url }: DeviceOptions): Promise<void> {
  const api = adminApi(settings(), url);
  const path = `/v1/devices/${encodeURIComponent(id)}`;
  const { version } = await api.get<RegisteredDevice>(`${path}/registration`);
  const answer = await api.send("DELETE", `${path}?version=${version}`);
  console.log(json ? JSON.stringify(answer) : `${id} is retired. Its readings stay.`);
}

async function put(id: string, device: object, { json, url }: DeviceOptions): Promise<void> {
  const answer = await adminApi(settings(), url).send<RegisteredDevice>(
    "PUT",
    `/v1/devices/${encodeURIComponent(id)}`,
    device,
  );
  console.log(
    json
      ? JSON.stringify(answer)
      : `${answer.id} is registered: ${answer.name}, ${answer.kind}, ${answer.area ?? "in no area"} (version ${answer.version}).`,
  );
}

/** What the options say of a device; an empty text is 'none'. */
function given(options: DeviceOptions): Record<string, unknown> {
  const { name, kind, area, attribution, adapter, nativeId, codec, origin, moves } = options;
  const texts = { name, kind, area, attribution, adapter, nativeId, codec, origin };
  const said = Object.entries(texts).filter(([, value]) => value !== undefined);
  const lat = degrees("lat", options.lat);
  const lon = degrees("lon", options.lon);
  return {
    ...Object.fromEntries(said.map(([key, value]) => [key, value === "" ? null : value])),
    ...(moves === undefined ? {} : { moves }),
    ...(lat === undefined ? {} : { lat }),
    ...(lon === undefined ? {} : { lon }),
  };
}

export function degrees(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new KotaError("bad_request", `--${option}: expected degrees such as -6.2, and got '${text}'.`);
}
