import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useId, useState } from "react";
import { AdminToken } from "../../admin/admin-token.tsx";
import { useAdminToken } from "../../admin/use-admin-token.ts";
import { sendJson } from "../../api/fetch-json.ts";
import { devicesQuery, unknownDevicesQuery } from "../../api/queries.ts";
import type { Adopted, UnknownDevices } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { AreaOptions } from "../../ui/area-options.tsx";
import { Block } from "../../ui/block.tsx";
import { shownError } from "../../ui/notice.tsx";

type Unknown = UnknownDevices["devices"][number];
const MOST = 20;
const KINDS = ["air", "bin", "meter", "noise", "weather"] as const;

/** Devices that send and are not registered: each can be adopted, and what it sent is replayed. Nothing when there are none. */
export function UnknownBlock(): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const { data } = useQuery(unknownDevicesQuery);
  const [adopted, setAdopted] = useState<Adopted | null>(null);
  const waiting = (data?.devices ?? []).filter(({ registeredAs }) => registeredAs === null);
  if (waiting.length === 0 && adopted === null) return null;
  return (
    <Block id="unknown" title={t("unknown.title")} lead={t("unknown.lead")}>
      {adopted !== null && (
        <p className="verdict verdict-ok" role="status">
          {t("unknown.adopted", {
            name: adopted.device.name,
            messages: format.count(adopted.replay.repaired),
            readings: format.count(adopted.replay.readings),
          })}{" "}
          <Link to="/devices/$id" params={{ id: adopted.device.id }} search={{ edit: "yes" }}>
            {t("unknown.place")}
          </Link>
        </p>
      )}
      {waiting.length > 0 && <AdminToken />}
      <ul className="unknown-list">
        {waiting.slice(0, MOST).map((device) => (
          <UnknownRow key={`${device.adapter}/${device.id}`} device={device} onAdopted={setAdopted} />
        ))}
      </ul>
      {waiting.length > MOST && (
        <p className="small muted">{t("unknown.rest", { n: format.count(waiting.length - MOST) })}</p>
      )}
    </Block>
  );
}

function UnknownRow({
  device,
  onAdopted,
}: {
  device: Unknown;
  onAdopted: (adopted: Adopted) => void;
}): ReactNode {
  const { t, kind: kindTitle } = useWords();
  const { format } = useCity();
  const client = useQueryClient();
  const fields = useId();
  const [token] = useAdminToken();
  const [name, setName] = useState(device.id);
  const [kind, setKind] = useState<string>(KINDS[0]);
  const [area, setArea] = useState("");
  const adopt = useMutation({
    mutationFn: () =>
      sendJson<Adopted>(
        "POST",
        `/v1/devices/unknown/${encodeURIComponent(device.id)}/adopt`,
        { adapter: device.adapter, name, kind, area: area || null },
        token,
      ),
    onSuccess: (adopted) => {
      void client.invalidateQueries({ queryKey: unknownDevicesQuery.queryKey });
      void client.invalidateQueries({ queryKey: devicesQuery.queryKey });
      onAdopted(adopted);
    },
  });
  return (
    <li>
      <details className="unknown-device">
        <summary>
          <strong>{device.id}</strong>{" "}
          <span className="small muted">
            {t("unknown.facts", {
              adapter: device.adapter,
              n: format.count(device.messages),
              time: format.dateTime(Date.parse(device.lastSeen)),
            })}
          </span>
        </summary>
        <form
          className="playground-actions"
          onSubmit={(event) => {
            event.preventDefault();
            adopt.mutate();
          }}
        >
          <label className="field small" htmlFor={`${fields}-name`}>
            <span>{t("registry.name")}</span>
            <input
              id={`${fields}-name`}
              type="text"
              required
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </label>
          <label className="field small" htmlFor={`${fields}-kind`}>
            <span>{t("registry.kind")}</span>
            <select id={`${fields}-kind`} value={kind} onChange={(event) => setKind(event.target.value)}>
              {KINDS.map((each) => (
                <option key={each} value={each}>
                  {kindTitle(each)}
                </option>
              ))}
            </select>
          </label>
          <label className="field small" htmlFor={`${fields}-area`}>
            <span>{t("overTime.area")}</span>
            <select id={`${fields}-area`} value={area} onChange={(event) => setArea(event.target.value)}>
              <option value="">{t("area.none")}</option>
              <AreaOptions />
            </select>
          </label>
          <button type="submit" className="button button-main" disabled={token === "" || adopt.isPending}>
            {t("unknown.adopt")}
          </button>
        </form>
        {adopt.error !== null && (
          <p className="small wrong" role="alert">
            {shownError(adopt.error, t)}
          </p>
        )}
      </details>
    </li>
  );
}
