import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { sendJson } from "../../api/fetch-json.ts";
import { maintenanceQuery } from "../../api/queries.ts";
import { useWords } from "../../i18n/words.ts";
import { useOperator } from "../../operator/operator.ts";
import { OperatorForm } from "../../operator/operator-form.tsx";
import { useCity } from "../../page/city-context.tsx";
import { AreaOptions } from "../../ui/area-options.tsx";
import { Block } from "../../ui/block.tsx";
import { Failure, Loading, shownError } from "../../ui/notice.tsx";
import { useNow } from "../../ui/use-now.ts";

const HOUR = 3_600_000;
const LENGTHS = [1, 4, 12, 24] as const;

/** When nothing is told, and a way to begin such a time now. */
export function MaintenanceBlock(): ReactNode {
  const { t } = useWords();
  const { format, areaName } = useCity();
  const client = useQueryClient();
  const { name, token } = useOperator();
  const now = useNow(60_000);
  const { data, error, refetch } = useQuery(maintenanceQuery);
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const fields = useId();
  const [title, setTitle] = useState("");
  const [hours, setHours] = useState<number>(LENGTHS[0]);
  const [area, setArea] = useState("");

  const send = async (done: string, what: () => Promise<unknown>): Promise<void> => {
    if (name === "" || token === "") {
      setProblem(t("work.needsOperator"));
      return;
    }
    try {
      await what();
      setProblem(null);
      setSaid(done);
      await client.invalidateQueries({ queryKey: ["alerts"] });
    } catch (failure) {
      setProblem(shownError(failure, t));
    }
  };
  const begin = (): Promise<void> =>
    send(t("maintenance.began", { title }), async () => {
      await sendJson(
        "POST",
        "/v1/maintenance",
        {
          title,
          by: name,
          to: new Date(Date.now() + hours * HOUR).toISOString(),
          ...(area === "" ? {} : { areas: [area] }),
        },
        token,
      );
      setTitle("");
    });

  const windows = data?.windows.filter(({ state }) => state !== "over") ?? [];
  return (
    <Block id="maintenance" title={t("maintenance.title")} lead={t("maintenance.lead")}>
      {data === undefined && error !== null ? (
        <Failure what={t("maintenance.title")} error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what={t("maintenance.title")} lines={2} />
      ) : windows.length === 0 ? (
        <p className="muted small">{t("maintenance.none")}</p>
      ) : (
        <ul className="alert-channels">
          {windows.map((window) => (
            <li key={window.id}>
              {window.state === "active" && <span className="tag tag-warn">{t("maintenance.active")}</span>}{" "}
              <strong>{window.title}</strong>{" "}
              <span className="muted small">
                {t("maintenance.span", {
                  from: format.moment(Date.parse(window.from), now),
                  to: format.moment(Date.parse(window.to), now),
                  by: window.by ?? "alerts.yaml",
                })}
                {window.areas !== null && ` · ${window.areas.map(areaName).join(", ")}`}
              </span>{" "}
              {window.by !== null && (
                <button
                  type="button"
                  className="button"
                  aria-label={t("maintenance.endWhat", { title: window.title })}
                  onClick={() =>
                    void send(t("maintenance.ended", { title: window.title }), () =>
                      sendJson(
                        "DELETE",
                        `/v1/maintenance/${encodeURIComponent(window.id)}`,
                        undefined,
                        token,
                      ),
                    )
                  }
                >
                  {t("maintenance.end")}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <form
        className="filters small"
        aria-label={t("maintenance.begin")}
        onSubmit={(event) => {
          event.preventDefault();
          void begin();
        }}
      >
        <div className="field">
          <label htmlFor={`${fields}-title`}>{t("maintenance.what")}</label>
          <input
            id={`${fields}-title`}
            type="text"
            required
            maxLength={200}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
        </div>
        <div className="field">
          <label htmlFor={`${fields}-area`}>{t("maintenance.area")}</label>
          <select id={`${fields}-area`} value={area} onChange={(event) => setArea(event.target.value)}>
            <option value="">{t("area.city")}</option>
            <AreaOptions />
          </select>
        </div>
        <div className="field">
          <label htmlFor={`${fields}-hours`}>{t("maintenance.length")}</label>
          <select
            id={`${fields}-hours`}
            value={hours}
            onChange={(event) => setHours(Number(event.target.value))}
          >
            {LENGTHS.map((length) => (
              <option key={length} value={length}>
                {t("work.hours", { count: length, n: length })}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" className="button">
          {t("maintenance.begin")}
        </button>
      </form>
      <span role="status" className="unseen">
        {said}
      </span>
      {problem !== null && (
        <p role="alert" className="wrong small">
          {problem}
        </p>
      )}
      <OperatorForm />
    </Block>
  );
}
