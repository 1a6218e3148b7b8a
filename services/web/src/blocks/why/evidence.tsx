import { withUnit } from "@kota/model/shown-unit";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { devicesQuery, receiptQuery } from "../../api/queries.ts";
import type { ExplainedScore, IndicatorReceipt } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { useMoment } from "../../past/use-moment.ts";
import { scoreKey } from "../../score/score-key.ts";
import { Failure, Loading } from "../../ui/notice.tsx";
import { Unfold } from "./unfold.tsx";

const MOST = 60;

/** The receipt of an indicator: the window, every device that was asked, what was left out of it and why. */
export function Evidence({ score }: { score: ExplainedScore }): ReactNode {
  const { t } = useWords();
  return <Unfold title={t("evidence.title")}>{() => <Receipt score={score} />}</Unfold>;
}

function Receipt({ score }: { score: ExplainedScore }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const { data, error, refetch } = useQuery(receiptQuery(scoreKey(score), useMoment()));
  if (data === undefined) {
    return error === null ? (
      <Loading what={t("evidence.title")} lines={3} />
    ) : (
      <Failure what={t("evidence.title")} error={error} onRetry={() => void refetch()} />
    );
  }
  const { receipt, recomputed, bounds } = data;
  if (receipt.kind !== "indicator") return <p className="small muted">{t("evidence.below")}</p>;
  const counted = receipt.devices.filter(({ leftOut }) => leftOut === null);
  const leftOut = receipt.devices.filter((device) => device.leftOut !== null);
  return (
    <>
      <p className="small muted">
        {t("evidence.window", {
          from: format.dateTime(Date.parse(receipt.window.from)),
          to: format.dateTime(Date.parse(receipt.window.to)),
        })}{" "}
        {recomputed !== null && t("evidence.recomputed", { score: format.number(recomputed, 1) })}{" "}
        {bounds !== null &&
          t("evidence.bounds", { low: format.number(bounds.low, 0), high: format.number(bounds.high, 0) })}
      </p>
      {leftOut.length > 0 && (
        <DeviceLines title={t("evidence.leftOut")} devices={leftOut} receipt={receipt} />
      )}
      <DeviceLines title={t("evidence.counted")} devices={counted} receipt={receipt} />
    </>
  );
}

function DeviceLines({
  title,
  devices,
  receipt,
}: {
  title: string;
  devices: IndicatorReceipt["devices"];
  receipt: IndicatorReceipt;
}): ReactNode {
  const { t, langOfKota } = useWords();
  const { format } = useCity();
  const { data: known } = useQuery(devicesQuery);
  const names = new Map(known?.map(({ id, name }) => [id, name]));
  const { from, to } = receipt.window;
  return (
    <>
      <h4 className="evidence-title">{title}</h4>
      <ul className="move-list">
        {devices.slice(0, MOST).map(({ device, value, readings, leftOut, flaggedReadings }) => (
          <li key={device}>
            <p>
              <Link
                to="/devices/$id"
                params={{ id: device }}
                search={{ metric: receipt.method.metric, from, to }}
              >
                {names.get(device) ?? device}
              </Link>{" "}
              {value !== null && (
                <strong className="number">{withUnit(format.number(value, 1), receipt.unit)}</strong>
              )}{" "}
              <span className="small muted">
                {t("evidence.readings", { count: readings, n: format.count(readings) })}
              </span>
            </p>
            {leftOut !== null && (
              <p className="small wrong" lang={langOfKota}>
                {leftOut.reason}
              </p>
            )}
            {flaggedReadings.map(({ time, value: flagged, rule }) => (
              <p key={time} className="small wrong number">
                {t(`evidence.rule.${rule}`, {
                  time: format.dateTime(Date.parse(time)),
                  value: withUnit(format.number(flagged, 1), receipt.unit),
                })}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}
