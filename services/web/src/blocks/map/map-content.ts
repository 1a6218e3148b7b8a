import type { Area, Device, Origin } from "../../api-types.ts";

/** A device that has a place. */
export interface PlacedDevice {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly origin: Origin;
  readonly area: string | null;
  readonly lon: number;
  readonly lat: number;
}

/** An area with the score that colours it. */
export interface ScoredArea {
  readonly area: Area;
  readonly score: number | null;
}

/** What a map draws, whichever way it draws it. */
export interface MapContent {
  readonly areas: readonly ScoredArea[];
  readonly devices: readonly PlacedDevice[];
  readonly chosenArea: string | null;
  readonly chosenDevice: string | null;
  readonly onArea: (id: string) => void;
  readonly onDevice: (id: string) => void;
}

/** The devices that have a place, a kind and an origin, in the chosen area. */
export function placedDevices(devices: readonly Device[], area: string | null): readonly PlacedDevice[] {
  return devices.flatMap(({ id, name, kind, origin, area: where, lon, lat }) =>
    kind === null || origin === null || lon === null || lat === null || (area !== null && where !== area)
      ? []
      : [{ id, name, kind, origin, area: where, lon, lat }],
  );
}

/** Whether this browser can draw the map; without WebGL a plan is drawn instead. */
export function canDrawMap(): boolean {
  try {
    const context = document.createElement("canvas").getContext("webgl2");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}
