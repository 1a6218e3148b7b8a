import { type ReactNode, useMemo, useState } from "react";
import { Button } from "react-aria-components/Button";
import { ComboBox } from "react-aria-components/ComboBox";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import type { Device } from "../api-types.ts";
import { useWords } from "../i18n/words.ts";
import { useCity } from "../page/city-context.tsx";

/** So many are listed: who sees them chooses, who does not goes on typing. */
const MOST = 50;

type Choosable = Pick<Device, "id" | "name">;

/** A device of many, found by any words of its name or id. */
export function DeviceBox({
  label,
  devices,
  value,
  placeholder,
  onDevice,
}: {
  label: string;
  devices: readonly Choosable[];
  /** Its id; null: none. */
  value: string | null;
  placeholder?: string;
  onDevice: (id: string | null) => void;
}): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const chosen = value === null ? undefined : devices.find(({ id }) => id === value);
  const shown = chosen === undefined ? (value ?? "") : chosen.name;
  const [typed, setTyped] = useState<string | null>(null);
  const found = useMemo(() => matching(devices, typed ?? ""), [devices, typed]);
  return (
    <ComboBox
      className="field device-box"
      items={found.slice(0, MOST)}
      inputValue={typed ?? shown}
      selectedKey={value}
      allowsEmptyCollection
      onInputChange={(text) => {
        if (text === "" && value !== null) onDevice(null);
        setTyped(text === shown ? null : text);
      }}
      onSelectionChange={(key) => {
        if (key === null || key === value) return;
        setTyped(null);
        onDevice(String(key));
      }}
      onOpenChange={(isOpen) => {
        if (!isOpen) setTyped(null);
      }}
    >
      <Label>{label}</Label>
      <div className="device-box-field">
        <Input
          {...(placeholder === undefined ? {} : { placeholder })}
          onKeyDown={(event) => {
            // Who has typed enough to see it first need not go down to it.
            const [first] = found;
            const isOnOption = event.currentTarget.getAttribute("aria-activedescendant") !== null;
            if (event.key !== "Enter" || isOnOption || !typed || first === undefined) return;
            event.preventDefault();
            setTyped(null);
            onDevice(first.id);
          }}
        />
        <Button className="device-box-open" aria-label={t("devices.choose")}>
          <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
            <path d="m3 6 5 5 5-5" fill="none" stroke="currentColor" strokeWidth="1.8" />
          </svg>
        </Button>
      </div>
      <Popover className="device-box-list" offset={4} maxHeight={340}>
        <ListBox<Choosable> renderEmptyState={() => <p className="small muted">{t("devices.none")}</p>}>
          {({ id, name }) => (
            <ListBoxItem id={id} textValue={name} className="device-box-option">
              <span>{name}</span>
              {name !== id && <span className="muted small">{id}</span>}
            </ListBoxItem>
          )}
        </ListBox>
        {found.length > MOST && (
          <p className="small muted device-box-rest">
            {t("devices.moreFound", { n: format.count(found.length - MOST) })}
          </p>
        )}
      </Popover>
    </ComboBox>
  );
}

function matching(devices: readonly Choosable[], typed: string): readonly Choosable[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return devices;
  return devices.filter(({ id, name }) => {
    const text = `${id} ${name}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
