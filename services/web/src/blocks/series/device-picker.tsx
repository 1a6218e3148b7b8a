import { type ReactNode, useId } from "react";
import type { Device } from "../../api-types.ts";
import { useView } from "../../page/use-view.ts";
import { kindTitle } from "../../ui/device-mark.tsx";

/** Chooses a device, by kind and name. */
export function DevicePicker({ devices, chosen }: { devices: readonly Device[]; chosen: Device }): ReactNode {
  const { show } = useView();
  const field = useId();
  const listed = devices.some(({ id }) => id === chosen.id) ? devices : [chosen, ...devices];
  const byKind = Map.groupBy(listed, ({ kind }) => (kind === null ? "not registered" : kindTitle(kind)));
  return (
    <div className="field field-wide small">
      <label htmlFor={field}>Device</label>
      <select
        id={field}
        value={chosen.id}
        onChange={(event) => show({ device: event.target.value, metric: null }, "replace")}
      >
        {[...byKind]
          .sort(([a], [b]) => a.localeCompare(b))
          .map(([kind, those]) => (
            <optgroup key={kind} label={kind}>
              {those.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </optgroup>
          ))}
      </select>
    </div>
  );
}
