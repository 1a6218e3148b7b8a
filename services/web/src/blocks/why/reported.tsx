import { withUnit } from "@kota/model/shown-unit";
import type { ReactNode } from "react";
import type { ExplainedScore } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useNow } from "../../ui/use-now.ts";

/** Who reported an indicator, when and on what grounds; or that nobody has. */
export function Reported({ reported }: { reported: NonNullable<ExplainedScore["reported"]> }): ReactNode {
  const { format } = useCity();
  const { t } = useWords();
  const now = useNow(60_000);
  const { state, report } = reported;
  if (report === null) return <Notice title={t("reported.not_reported")}>{t("reported.noneHelp")}</Notice>;
  return (
    <section className="why-section" aria-labelledby="why-reported">
      <h3 id="why-reported">{t(`reported.${state}`)}</h3>
      {state === "expired" && <p className="small">{t("reported.expiredHelp")}</p>}
      <dl className="facts small">
        <div>
          <dt>{t("reported.value")}</dt>
          <dd>
            {withUnit(String(report.value), report.unit)}, {report.period.label}
          </dd>
        </div>
        <div>
          <dt>{t("reported.by")}</dt>
          <dd>
            {report.author}, <time dateTime={report.date}>{report.date}</time>
          </dd>
        </div>
        <div>
          <dt>{t("reported.source")}</dt>
          <dd>{report.source}</dd>
        </div>
        <div>
          <dt>{t("reported.quality")}</dt>
          <dd>
            {report.quality}: {t(`reported.class${report.quality}`)}
          </dd>
        </div>
        <div>
          <dt>{t("reported.evidence")}</dt>
          <dd>
            {report.evidence === null ? (
              t("reported.noEvidence")
            ) : (
              <a href={report.evidence} rel="noreferrer" target="_blank">
                {report.evidence}
              </a>
            )}
          </dd>
        </div>
        {report.note !== null && (
          <div>
            <dt>{t("reported.note")}</dt>
            <dd>{report.note}</dd>
          </div>
        )}
        <div>
          <dt>{t("reported.received")}</dt>
          <dd>
            {format.moment(Date.parse(report.receivedAt), now)}
            {report.revision > 1 && `, ${t("reported.revision", { n: report.revision })}`}
          </dd>
        </div>
      </dl>
    </section>
  );
}
