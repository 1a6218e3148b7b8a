import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { alertHistoryOf, alertsOf } from "../../api/queries.ts";
import type { Alert, AlertChange, AlertsNow } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { PageHead } from "../../page/page-head.tsx";
import { PastNote } from "../../past/past-note.tsx";
import { useMoment, usePresent } from "../../past/use-moment.ts";
import { Block } from "../../ui/block.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { TableScroll } from "../../ui/table-scroll.tsx";
import { MaintenanceBlock } from "./maintenance-block.tsx";
import { shownValue } from "./shown-value.ts";

/** What fires now, what is told to whom, what happened, and when nothing is told. */
export function AlertsPage(): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const at = useMoment();
  const { data, error, refetch } = useQuery(alertsOf(at));
  return (
    <>
      <PageHead title={t("alerts.title")} lead={t("alerts.lead")} />
      {at !== null && (
        <PastNote>
          {t("past.alerts")}{" "}
          {data?.knownFrom != null &&
            Date.parse(data.knownFrom) > at &&
            t("past.alertsFrom", { time: format.dateTime(Date.parse(data.knownFrom)) })}
        </PastNote>
      )}
      {data === undefined && error !== null ? (
        <Failure what={t("alerts.title")} error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what={t("alerts.title")} lines={6} />
      ) : data.rules.length === 0 && data.alerts.length === 0 ? (
        <Notice title={t("alerts.noRules")}>{t("alerts.noRulesHelp")}</Notice>
      ) : (
        <>
          <NowBlock now={data} />
          {at === null && <ChannelsBlock now={data} />}
        </>
      )}
      {at === null && <MaintenanceBlock />}
      <HistoryBlock />
    </>
  );
}

function NowBlock({ now }: { now: AlertsNow }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const isPast = useMoment() !== null;
  const shown = now.alerts.filter(({ state }) => state !== "cleared");
  return (
    <Block
      id="alerts-now"
      title={t(isPast ? "past.atThatMoment" : "alerts.now")}
      lead={t("alerts.nowLead", { count: now.rules.length, n: format.count(now.rules.length) })}
    >
      {shown.length === 0 ? (
        <Notice title={t(isPast ? "past.noAlerts" : "alerts.none")} />
      ) : (
        <TableScroll label={t("alerts.now")}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("alerts.state")}</th>
                <th scope="col">{t("alerts.rule")}</th>
                <th scope="col">{t("alerts.where")}</th>
                <th scope="col" className="number">
                  {t("alerts.value")}
                </th>
                <th scope="col" className="number">
                  {t("alerts.limit")}
                </th>
                <th scope="col">{t("alerts.since")}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((alert) => (
                <AlertLine key={alert.id} alert={alert} />
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
    </Block>
  );
}

function AlertLine({ alert }: { alert: Alert }): ReactNode {
  const words = useWords();
  const { t } = words;
  const { format } = useCity();
  const now = usePresent(60_000);
  const value = (number: number): string => shownValue(number, alert.unit, words, format);
  return (
    <tr className="alert-line">
      <td>
        <span className={`tag alert-${alert.state} alert-${alert.severity}`}>
          {t(`alerts.stateIs.${alert.state}`)}
        </span>{" "}
        <span className="small muted">{t(`alerts.severityIs.${alert.severity}`)}</span>
        {alert.maintenance !== null && <span className="small muted"> · {t("alerts.inMaintenance")}</span>}
      </td>
      <th scope="row">{alert.title}</th>
      <td>
        <Subject of={alert} />
      </td>
      <td className="number">{alert.value === null ? t("alerts.noValue") : value(alert.value)}</td>
      <td className="number">{value(alert.limit)}</td>
      <td>{format.moment(Date.parse(alert.firingSince ?? alert.since), now)}</td>
    </tr>
  );
}

function Subject({ of }: { of: Pick<Alert | AlertChange, "device" | "area" | "name"> }): ReactNode {
  const { areaName } = useCity();
  if (of.device === null) return of.name;
  return (
    <>
      <Link to="/devices/$id" params={{ id: of.device }} search={{}}>
        {of.name}
      </Link>
      {of.area !== null && <span className="muted">, {areaName(of.area)}</span>}
    </>
  );
}

function ChannelsBlock({ now }: { now: AlertsNow }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  return (
    <Block id="alert-channels" title={t("alerts.channels")} lead={t("alerts.channelsLead")}>
      {now.channels.length === 0 ? (
        <Notice title={t("alerts.noChannels")} />
      ) : (
        <ul className="alert-channels">
          {now.channels.map(({ id, by, waiting, trouble }) => (
            <li key={id}>
              <strong>{id}</strong> <span className="muted">{t(`alerts.by.${by}`)}</span>{" "}
              {waiting > 0 && (
                <span className="tag tag-warn">
                  {t("alerts.waiting", { count: waiting, n: format.count(waiting) })}
                </span>
              )}
              {trouble !== null && (
                <span className="wrong small" lang="en">
                  {" "}
                  {trouble}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Block>
  );
}

function HistoryBlock(): ReactNode {
  const words = useWords();
  const { t } = words;
  const { format } = useCity();
  const now = usePresent(60_000);
  const { data, error, refetch } = useQuery(alertHistoryOf(useMoment()));
  return (
    <Block id="alert-history" title={t("alerts.history")} lead={t("alerts.historyLead")}>
      {data === undefined && error !== null ? (
        <Failure what={t("alerts.history")} error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what={t("alerts.history")} lines={4} />
      ) : data.changes.length === 0 ? (
        <Notice title={t("alerts.noHistory")} />
      ) : (
        <TableScroll label={t("alerts.history")} tall>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("alerts.when")}</th>
                <th scope="col">{t("alerts.state")}</th>
                <th scope="col">{t("alerts.rule")}</th>
                <th scope="col">{t("alerts.where")}</th>
                <th scope="col" className="number">
                  {t("alerts.value")}
                </th>
                <th scope="col">{t("alerts.told")}</th>
              </tr>
            </thead>
            <tbody>
              {data.changes.map((change) => (
                <tr key={change.id}>
                  <td className="number">{format.moment(Date.parse(change.at), now)}</td>
                  <td>{t(`alerts.stateIs.${change.to}`)}</td>
                  <th scope="row">{change.title}</th>
                  <td>
                    <Subject of={change} />
                  </td>
                  <td className="number">
                    {change.value === null
                      ? t("alerts.noValue")
                      : shownValue(change.value, change.unit, words, format)}
                  </td>
                  <td>
                    {t(
                      change.told
                        ? "alerts.yes"
                        : change.maintenance === null
                          ? "alerts.no"
                          : "alerts.inMaintenance",
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
    </Block>
  );
}
