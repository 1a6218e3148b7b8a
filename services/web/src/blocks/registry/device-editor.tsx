import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { AdminToken } from "../../admin/admin-token.tsx";
import { useAdminToken } from "../../admin/use-admin-token.ts";
import { ApiError, sendJson } from "../../api/fetch-json.ts";
import { devicesQuery, registrationQuery } from "../../api/queries.ts";
import type { Device, Registration } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { AreaOptions } from "../../ui/area-options.tsx";
import { Block } from "../../ui/block.tsx";
import { Failure, Loading, shownError } from "../../ui/notice.tsx";
import { areaAt } from "../map/area-at.ts";
import type { Place } from "../map/project.ts";
import { PlacePicker } from "./place-picker.tsx";

const ORIGINS = ["live", "recorded", "simulated"] as const;

function placeOf({ lon, lat }: Pick<Registration, "lon" | "lat">): Place | null {
  return lon === null || lat === null ? null : [lon, lat];
}

/** Changes what is registered of a device, moves it on the map, or retires it. */
export function DeviceEditor({ device, onDone }: { device: Device; onDone: () => void }): ReactNode {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(registrationQuery(device.id));
  const isNew = error instanceof ApiError && error.status === 404;
  return (
    <Block id="edit" title={t("registry.title")} lead={t(isNew ? "registry.leadNew" : "registry.lead")}>
      {data === undefined && error === null ? (
        <Loading what={t("what.device")} lines={6} />
      ) : data === undefined && !isNew ? (
        <Failure what={t("what.device")} error={error} onRetry={() => void refetch()} />
      ) : (
        <Form
          key={data?.version ?? device.version}
          id={device.id}
          start={data ?? unregistered(device)}
          isNew={isNew}
          onDone={onDone}
        />
      )}
    </Block>
  );
}

function unregistered({ id, name, kind, version }: Device): Registration {
  return {
    id,
    name,
    kind: kind ?? "device",
    adapter: null,
    nativeId: null,
    area: null,
    lat: null,
    lon: null,
    origin: "live",
    attribution: null,
    codec: null,
    moves: false,
    version,
  };
}

function Form({
  id,
  start,
  isNew,
  onDone,
}: {
  id: string;
  start: Registration;
  isNew: boolean;
  onDone: () => void;
}): ReactNode {
  const { t, origin: originTitle } = useWords();
  const { city } = useCity();
  const client = useQueryClient();
  const fields = useId();
  const [token] = useAdminToken();
  const [draft, setDraft] = useState(start);
  const [retiring, setRetiring] = useState(false);
  const path = `/v1/devices/${encodeURIComponent(id)}`;
  const settled = (): void => {
    void client.invalidateQueries({ queryKey: devicesQuery.queryKey });
    void client.invalidateQueries({ queryKey: registrationQuery(id).queryKey });
    onDone();
  };
  const { id: _, ...body } = draft;
  const save = useMutation({
    mutationFn: () => sendJson<Registration>("PUT", path, body, token),
    onSuccess: settled,
  });
  const retire = useMutation({
    mutationFn: () => sendJson("DELETE", `${path}?version=${start.version}`, undefined, token),
    onSuccess: settled,
  });
  const error = save.error ?? retire.error;
  const moveTo = (place: Place | null): void => {
    const rounded = place?.map((degrees) => Math.round(degrees * 1e6) / 1e6);
    const [lon = null, lat = null] = rounded ?? [];
    const isBack = lon === start.lon && lat === start.lat;
    const area = place === null || isBack ? start.area : areaAt(city.areas.features, place);
    setDraft((before) => ({ ...before, lon, lat, area: area ?? before.area }));
  };
  const text = (name: "name" | "kind" | "adapter" | "nativeId" | "attribution", isNeeded: boolean) => (
    <label className="field-wide small" htmlFor={`${fields}-${name}`}>
      <span>{t(`registry.${name}`)}</span>
      <input
        id={`${fields}-${name}`}
        type="text"
        required={isNeeded}
        value={draft[name] ?? ""}
        onChange={({ target }) => {
          const value = target.value === "" && !isNeeded ? null : target.value;
          setDraft({ ...draft, [name]: value });
        }}
      />
    </label>
  );
  const degrees = (name: "lat" | "lon", most: number) => (
    <label className="field-wide small" htmlFor={`${fields}-${name}`}>
      <span>{t(`registry.${name}`)}</span>
      <input
        id={`${fields}-${name}`}
        type="number"
        step="any"
        min={-most}
        max={most}
        value={draft[name] ?? ""}
        onChange={({ target }) =>
          setDraft({ ...draft, [name]: target.value === "" ? null : Number(target.value) })
        }
      />
    </label>
  );

  return (
    <>
      <AdminToken />
      <form
        className="device-editor"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <div className="editor-fields">
          {text("name", true)}
          {text("kind", true)}
          <label className="field-wide small" htmlFor={`${fields}-area`}>
            <span>{t("overTime.area")}</span>
            <select
              id={`${fields}-area`}
              value={draft.area ?? ""}
              onChange={({ target }) => setDraft({ ...draft, area: target.value || null })}
            >
              <option value="">{t("area.none")}</option>
              <AreaOptions />
            </select>
          </label>
          <label className="field-wide small" htmlFor={`${fields}-origin`}>
            <span>{t("devices.origin")}</span>
            <select
              id={`${fields}-origin`}
              value={draft.origin}
              onChange={({ target }) => {
                const origin = ORIGINS.find((each) => each === target.value);
                if (origin !== undefined) setDraft({ ...draft, origin });
              }}
            >
              {ORIGINS.map((origin) => (
                <option key={origin} value={origin}>
                  {originTitle(origin)}
                </option>
              ))}
            </select>
          </label>
          {text("adapter", false)}
          {text("nativeId", false)}
          {text("attribution", false)}
          {degrees("lat", 90)}
          {degrees("lon", 180)}
          <label className="small" htmlFor={`${fields}-moves`}>
            <input
              id={`${fields}-moves`}
              type="checkbox"
              checked={draft.moves}
              onChange={({ target }) => setDraft({ ...draft, moves: target.checked })}
            />{" "}
            {t("registry.moves")}
          </label>
        </div>
        <PlacePicker place={placeOf(draft)} before={placeOf(start)} kind={draft.kind} onPlace={moveTo} />
        <div className="playground-actions">
          <button
            type="submit"
            className="button button-main"
            disabled={token === "" || save.isPending || (draft.lat === null) !== (draft.lon === null)}
          >
            {t(isNew ? "registry.register" : "registry.save")}
          </button>
          <button type="button" className="button" onClick={onDone}>
            {t("registry.cancel")}
          </button>
          {!isNew && (
            <button
              type="button"
              className="button button-bad"
              disabled={token === "" || retire.isPending}
              onClick={() => (retiring ? retire.mutate() : setRetiring(true))}
            >
              {t(retiring ? "registry.retireSure" : "registry.retire")}
            </button>
          )}
          {retiring && <span className="small">{t("registry.retireHelp")}</span>}
        </div>
        {error !== null && (
          <p className="small wrong" role="alert">
            {shownError(error, t)}
          </p>
        )}
      </form>
    </>
  );
}
