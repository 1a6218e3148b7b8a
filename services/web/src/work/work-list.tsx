import { useQuery } from "@tanstack/react-query";
import { memo, type ReactNode } from "react";
import { devicesQuery } from "../api/queries.ts";
import type { WorkItem } from "../api-types.ts";
import { WorkRow } from "./work-row.tsx";

/** A reading of some other device changes nothing of a row. */
const Row = memo(WorkRow);

/**
 * Items of the work list. The devices are asked for here and not by each row: whoever asks holds the list as it was then
 * for as long as it is on the page, and rows come and go at different times.
 */
export function WorkList({ items }: { items: readonly WorkItem[] }): ReactNode {
  const { data: devices } = useQuery(devicesQuery);
  const wanted = new Set(items.map(({ device }) => device));
  const byId = new Map(devices?.filter(({ id }) => wanted.has(id)).map((device) => [device.id, device]));
  return (
    <ol className="findings">
      {items.map((item) => {
        const device = item.device === null ? undefined : byId.get(item.device);
        const isPlaced = device !== undefined && device.lat !== null && device.lon !== null;
        return (
          <Row
            key={item.id}
            item={item}
            origin={device?.origin ?? "live"}
            onMap={isPlaced ? device.id : undefined}
          />
        );
      })}
    </ol>
  );
}
