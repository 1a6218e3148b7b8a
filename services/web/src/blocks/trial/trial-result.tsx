import { withUnit } from "@kota/model/shown-unit";
import type { ReactNode } from "react";
import type { AdapterTrial } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { TableScroll } from "../../ui/table-scroll.tsx";

/** Step by step: the payload, the adapter, the rules; and what comes out. */
export function TrialResult({ trial }: { trial: AdapterTrial }): ReactNode {
  const { t, langOfKota } = useWords();
  const { format } = useCity();
  const { decoded, readings, rejection, adapters } = trial;
  const owner = adapters.find(({ says }) => says === "decodes");
  // Of those that claim a message by its topic, one decides alone: whether it gives readings or not.
  const refuser =
    owner === undefined ? adapters.find(({ id }) => rejection?.adapter?.startsWith(`${id}@`)) : undefined;
  const able = adapters.filter(({ says }) => says === "able");
  const field = rejection === null ? null : (adapters[0]?.field ?? null);
  return (
    <>
      <p className={rejection === null ? "verdict verdict-ok" : "verdict verdict-bad"} role="status">
        <strong>
          {rejection === null
            ? t("playground.becomes", {
                count: readings?.length ?? 0,
                n: format.count(readings?.length ?? 0),
              })
            : t("playground.rejected", { code: t(`code.${rejection.code}.title`) })}
        </strong>
      </p>
      {rejection !== null && (
        <>
          <p lang={langOfKota}>{rejection.reason}</p>
          {field !== null && (
            <p className="small">
              {t("playground.field")} <code>{field}</code>
            </p>
          )}
          <p className="small muted">{t(`code.${rejection.code}.todo`)}</p>
        </>
      )}
      <ol className="trial-steps small">
        <li>
          {t(`playground.payloads.${trial.payload}`, {
            size: t("rejections.bytes", { count: trial.size, n: format.count(trial.size) }),
          })}{" "}
          {trial.notJson !== null && (
            <span className="muted" lang={langOfKota}>
              {trial.notJson}
            </span>
          )}
        </li>
        <li>
          {refuser !== undefined
            ? t("playground.refused", { adapter: refuser.title })
            : owner === undefined
              ? t("playground.asked", { count: adapters.length, n: adapters.length })
              : t(owner.topic === null ? "playground.byShape" : "playground.byTopic", {
                  adapter: owner.title,
                  topic: owner.topic ?? "",
                })}
        </li>
        {owner === undefined && refuser === undefined && able.length > 0 && (
          <li>{t("playground.ableOn", { adapters: able.map(({ title }) => title).join(", ") })}</li>
        )}
        {decoded !== null && (
          <li>
            {t("playground.decoded", {
              adapter: decoded.adapter,
              devices: [...new Set(decoded.readings.map(({ device }) => device))].join(", "),
            })}
          </li>
        )}
        {decoded !== null && (
          <li>
            {rejection === null
              ? t("playground.rulesKept", {
                  devices: [...new Set((readings ?? []).map(({ device }) => device))].join(", "),
                })
              : t("playground.rulesBroken")}
          </li>
        )}
      </ol>
      {(readings ?? decoded?.readings ?? []).length > 0 && (
        <Values rows={readings ?? decoded?.readings ?? []} isKept={readings !== null} />
      )}
    </>
  );
}

function Values({
  rows,
  isKept,
}: {
  rows: readonly {
    readonly device: string;
    readonly time: string | null;
    readonly values: readonly {
      readonly metric: string;
      readonly value: number;
      readonly unit: string | null;
    }[];
  }[];
  isKept: boolean;
}): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const flat = rows.flatMap(({ device, time, values }) =>
    values.map(({ metric, value, unit }) => ({ device, time, metric, value, unit })),
  );
  const caption = t(isKept ? "playground.readings" : "playground.wouldBe");
  return (
    <TableScroll label={caption}>
      <table>
        <caption className="small muted">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t("rejections.device")}</th>
            <th scope="col">{t("playground.time")}</th>
            <th scope="col">{t("overTime.metric")}</th>
            <th scope="col" className="number">
              {t("playground.value")}
            </th>
          </tr>
        </thead>
        <tbody>
          {flat.map(({ device, time, metric, value, unit }) => (
            <tr key={`${device} ${time} ${metric}`}>
              <td>{device}</td>
              <td className="number">
                {time === null ? t("playground.whenItCame") : format.dateTime(Date.parse(time))}
              </td>
              <td>
                <code>{metric}</code>
              </td>
              <td className="number">{withUnit(String(value), unit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
