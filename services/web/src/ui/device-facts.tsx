import type { ReactNode } from "react";
import type { Device } from "../api-types.ts";
import { useWords } from "../i18n/words.ts";
import { useCity } from "../page/city-context.tsx";
import { OriginTag } from "./origin-tag.tsx";

/** What a device is, in one line: where its readings come from, its kind, its area, its id. */
export function DeviceFacts({ device }: { device: Device }): ReactNode {
  const { t, kind } = useWords();
  const { areaName } = useCity();
  return (
    <p className="device-facts small">
      <OriginTag origin={device.origin} />
      {device.kind !== null && <span>{kind(device.kind)}</span>}
      <span className="muted">{device.area === null ? t("area.none") : areaName(device.area)}</span>
      <code className="muted">{device.id}</code>
    </p>
  );
}
