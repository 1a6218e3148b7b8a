import { type EventLog, POSITIONS } from "@kota/event-log";
import type { DevicePosition } from "@kota/model";
import type { Logger } from "@kota/runtime";
import { type HeldTopic, holdTopic } from "./held-topic.ts";

/** Where devices said that they are. Whether that counts is the registry's to say. */
export interface DevicePositions extends HeldTopic {
  of(device: string): DevicePosition | undefined;
}

export function createDevicePositions(
  log: EventLog,
  logger: Logger,
  onNew: (position: DevicePosition) => void,
): DevicePositions {
  const newest = new Map<string, DevicePosition>();
  const held = holdTopic({
    log,
    topic: POSITIONS,
    what: "The positions of devices",
    logger,
    onValue(position) {
      const before = newest.get(position.device);
      if (before && before.time > position.time) return;
      newest.set(position.device, position);
      if (held.isFilled()) onNew(position);
    },
  });
  return { ...held, of: (device) => newest.get(device) };
}
