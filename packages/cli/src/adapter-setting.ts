import type { Adapter } from "@kota/adapters";
import { KotaError } from "@kota/model";
import { loadCity } from "@kota/runtime";
import { adaptersOf } from "./city-adapters.ts";
import { settings } from "./settings.ts";

/** What the commands that decode work with: the city of the settings, its adapters and its time zone. */
export interface AdapterSetting {
  readonly city: string;
  readonly adapters: readonly Adapter[];
  readonly timeZone: string;
}

/** @throws KotaError when the city, one of its mappings, or the time zone asked for cannot be used. */
export function adapterSetting(timeZone?: string): AdapterSetting {
  const { city } = settings();
  return {
    city,
    adapters: adaptersOf(city),
    timeZone: timeZone === undefined ? loadCity(city).settings.timeZone : checked(timeZone),
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
