import type { WatchedDevice } from "@kota/attention";
import type { Device } from "@kota/model";
import type { Devices } from "../device-view.ts";
import type { LiveDevice, LiveView } from "../live-view.ts";

/** Looks between two chances for everything else in the process. */
const STEP = 500;

interface Known {
  readonly device: Device | undefined;
  readonly seen: LiveDevice | undefined;
  readonly changes: number | undefined;
  readonly watched: WatchedDevice;
}

/** All devices as they are now, in order of their ids; of those in which nothing changed, what was made for the last look. */
export function watchedDevices(
  devices: Devices,
  view: Pick<LiveView, "device">,
): () => Generator<void, readonly WatchedDevice[]> {
  const known = new Map<string, Known>();
  return function* present() {
    const ids = devices.ids();
    const watched: WatchedDevice[] = [];
    for (const [index, id] of ids.entries()) {
      if (index % STEP === STEP - 1) yield;
      const device = devices.registered.get(id);
      const seen = view.device(id);
      const before = known.get(id);
      if (before && before.device === device && before.seen === seen && before.changes === seen?.changes) {
        watched.push(before.watched);
        continue;
      }
      const now = devices.get(id);
      if (now === undefined) known.delete(id);
      else {
        known.set(id, { device, seen, changes: seen?.changes, watched: now });
        watched.push(now);
      }
    }
    return watched;
  };
}
