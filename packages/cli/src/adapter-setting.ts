import type { Adapter, CodecFor } from "@kota/adapters";
import { type AdapterEntry, type AdapterSet, openCityAdapters } from "@kota/city-adapters";
import { type Device, KotaError } from "@kota/model";
import { createLogger, createMetrics, loadCity, systemClock } from "@kota/runtime";
import { settings } from "./settings.ts";

/** What the commands that decode work with: the city of the settings, what it decodes with and its time zone. */
export interface AdapterSetting extends AdapterSet {
  readonly city: string;
  readonly entries: readonly AdapterEntry[];
  readonly devices: readonly Device[];
  readonly timeZone: string;
}

export interface SettingOptions {
  /** The city's folder; default: that of the settings. */
  readonly city?: string;
  /** Default: the city's. */
  readonly timeZone?: string;
}

/**
 * The city's own adapters, mappings and codecs as they are now, those too whose examples are not as they say: who tries
 * one is writing it. What cannot be loaded is told on standard error and left out.
 * @throws KotaError when the city or the time zone asked for cannot be used.
 */
export async function adapterSetting({
  timeZone,
  city = settings().city,
}: SettingOptions = {}): Promise<AdapterSetting> {
  const { settings: citySettings, devices } = loadCity(city);
  const own = await openCityAdapters({
    city,
    clock: systemClock,
    logger: createLogger({ level: "silent", format: "json" }),
    metrics: createMetrics(),
    despiteExamples: true,
  });
  const entries = own.list();
  for (const { error } of entries) if (error !== null) console.error(`kota: left out: ${error}`);
  return {
    ...own.now(),
    city,
    entries,
    devices,
    timeZone: timeZone === undefined ? citySettings.timeZone : checked(timeZone),
  };
}

/** The codecs that the city's devices name; with a name, this codec for every device. */
export function codecForIn(setting: AdapterSetting, name?: string): CodecFor {
  if (name !== undefined) {
    if (!setting.codecs.includes(name)) {
      throw new KotaError(
        "bad_request",
        `The city's folder has no codec '${name}'; ${setting.codecs.length === 0 ? "it has none" : `there are ${setting.codecs.join(", ")}`}.`,
      );
    }
    return () => setting.codec(name);
  }
  return codecForDevices(setting.devices, setting.codec);
}

/** The codecs that these devices name, to look at a few messages. */
export function codecForDevices(devices: readonly Device[], codec: AdapterSet["codec"]): CodecFor {
  return (adapter, native) => {
    const device = devices.find(
      (one) => (one.nativeId ?? one.id) === native && (one.adapter ?? adapter) === adapter,
    );
    return device?.codec ? codec(device.codec) : null;
  };
}

function checked(timeZone: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return timeZone;
  } catch (cause) {
    throw new KotaError(
      "bad_request",
      `--time-zone: expected an IANA time zone such as 'Asia/Jakarta', got '${timeZone}'.`,
      { cause },
    );
  }
}

/** @throws KotaError `bad_request` that lists the adapters there are. */
export function adapterNamed(id: string, adapters: readonly Adapter[]): Adapter {
  const found = adapters.find((adapter) => adapter.id === id);
  if (found) return found;
  throw new KotaError(
    "bad_request",
    `There is no adapter '${id}'; there are ${adapters.map((adapter) => adapter.id).join(", ")}.`,
  );
}
