import { type City, Device, KotaError, matchesTopic } from "@kota/model";

/** The device that a message speaks for, or why it speaks for none. */
type Resolution = Known | { readonly id: null; readonly reason: string };

interface Known {
  readonly id: string;
  readonly reason?: undefined;
}

export interface Registry {
  /**
   * @param adapter id of the adapter that decoded the message
   * @param native the id that the device has in its messages
   * @param channel the sensor of a device that has several, if the reading is not of its main one
   */
  resolve(adapter: string, native: string, channel: string | undefined, topic: string): Resolution;
  /** Whether a device, by its id in the registry, is where it says that it is. */
  mayMove(id: string): boolean;
  /** The name of the codec that the device of an adapter has; null: it has none, or is not registered. */
  codecOf(adapter: string, native: string): string | null;
}

/**
 * The registered devices by adapter and native id. A channel may have a row of its own, with the native id
 * `<device>:<channel>`; without one it is taken in with its device, as `<id>:<channel>` and in no area. A device without
 * a row is taken in as it is on the topics that the city adopts from.
 * @throws KotaError `city_invalid` when two are the same device of the same adapter.
 */
export function createRegistry(city: Pick<City, "settings" | "devices">): Registry {
  const ofAdapter = new Map<string, Map<string, Known>>();
  const ofAny = new Map<string, Known>();
  const owners = new Map<string, string>();
  const codecs = new Map<string, string>();
  const moving = new Set(city.devices.flatMap(({ id, moves }) => (moves ? [id] : [])));
  for (const { id, adapter, nativeId, codec } of city.devices) {
    const native = nativeId ?? id;
    const rows = adapter === null ? ofAny : rowsOf(ofAdapter, adapter);
    const other = rows.get(native);
    if (other !== undefined) {
      throw new KotaError(
        "city_invalid",
        `The devices '${other.id}' and '${id}' are both '${native}' of ${adapter === null ? "any adapter" : `the adapter ${adapter}`}; give one of them another native_id.`,
      );
    }
    rows.set(native, { id });
    if (codec) codecs.set(id, codec);
    if (adapter !== null) {
      owners.set(native, adapter);
      owners.set(id, adapter);
    }
  }
  const { adopt } = city.settings.devices;

  function registered(adapter: string, native: string): Known | undefined {
    return ofAdapter.get(adapter)?.get(native) ?? ofAny.get(native);
  }

  function adopted(adapter: string, native: string, topic: string): Resolution {
    const owner = owners.get(native);
    if (owner !== undefined && owner !== adapter) {
      return {
        id: null,
        reason: `Only the adapter ${owner} may speak for the device '${native}', and this message is ${adapter}.`,
      };
    }
    if (!adopt.some((filter) => matchesTopic(filter, topic))) {
      return {
        id: null,
        reason: `The device '${native}' of the adapter ${adapter} is not registered, and the city does not adopt devices on the topic '${topic.slice(0, 120)}'. Adopt it ('kota devices adopt'), add a row to devices.csv, or a filter to devices.adopt in city.yaml.`,
      };
    }
    if (!Device.shape.id.safeParse(native).success) {
      return {
        id: null,
        reason: `The device '${native}' cannot be adopted under its own id: ids have letters, digits, '.', ':', '_' or '-', at most 120. Register it under an id with this native id.`,
      };
    }
    return { id: native };
  }

  return {
    resolve(adapter, native, channel, topic) {
      if (channel !== undefined) {
        const own = registered(adapter, `${native}:${channel}`);
        if (own !== undefined) return own;
      }
      const device = registered(adapter, native) ?? adopted(adapter, native, topic);
      return channel === undefined || device.id === null ? device : { id: `${device.id}:${channel}` };
    },
    mayMove: (id) => moving.has(id),
    codecOf(adapter, native) {
      const known = registered(adapter, native);
      return known === undefined ? null : (codecs.get(known.id) ?? null);
    },
  };
}

function rowsOf(byAdapter: Map<string, Map<string, Known>>, adapter: string): Map<string, Known> {
  let rows = byAdapter.get(adapter);
  if (!rows) {
    rows = new Map();
    byAdapter.set(adapter, rows);
  }
  return rows;
}
