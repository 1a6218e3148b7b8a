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

/** An area with what colours it. */
export interface ShownArea {
  readonly area: Area;
  /** The custom property of its colour. */
  readonly colour: string;
  /** What stands beside its name: a score, or the mean of a metric. */
  readonly label: string;
  /** The label as it is read out, with the word for it. */
  readonly said: string;
}

/** What a map draws, whichever way it draws it. */
export interface MapContent {
  readonly areas: readonly ShownArea[];
  readonly devices: readonly PlacedDevice[];
  /** The custom property of the colour behind each device, when the map is coloured by a metric. */
  readonly deviceColours: ReadonlyMap<string, string> | null;
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
