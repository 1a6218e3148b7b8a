import type { DevicePosition } from "@kota/model";

/** About a metre: a receiver that stands still wanders by more. Degrees. */
const SAME_PLACE = 1e-5;

/** Where devices were last, so that one that stands still does not say so with every message, and a late one does not say where it was. */
export interface MovedDevices {
  /** Of these positions those that say something new, the newest of each device. */
  newOf(positions: readonly DevicePosition[]): readonly DevicePosition[];
  /** It is in the log. */
  keep(position: DevicePosition): void;
}

export function createMovedDevices(): MovedDevices {
  const last = new Map<string, DevicePosition>();
  return {
    newOf(positions) {
      const newest = new Map<string, DevicePosition>();
      for (const position of positions) {
        const before = newest.get(position.device) ?? last.get(position.device);
        if (before === undefined || before.time < position.time) newest.set(position.device, position);
      }
      return [...newest.values()].filter((position) => !isSame(position, last.get(position.device)));
    },
    keep(position) {
      const before = last.get(position.device);
      if (before === undefined || before.time < position.time) last.set(position.device, position);
    },
  };
}

function isSame(position: DevicePosition, before: DevicePosition | undefined): boolean {
  return (
    before !== undefined &&
    Math.abs(position.lat - before.lat) < SAME_PLACE &&
    Math.abs(position.lon - before.lon) < SAME_PLACE
  );
}
