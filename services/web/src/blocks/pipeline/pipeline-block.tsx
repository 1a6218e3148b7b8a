import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { statusQuery } from "../../api/queries.ts";
import type { Status } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { Failure, Loading } from "../../ui/notice.tsx";
import { useNow } from "../../ui/use-now.ts";
import { flowVerdict, isWaiting } from "./flow-verdict.ts";
import { sentenceOf } from "./flow-words.ts";

/** Is data flowing? From the messages that come in to what is stored. */
export function PipelineBlock(): ReactNode {
  const { t } = useWords();
  const { data: status, error, refetch } = useQuery(statusQuery);
  return (
    <section className="block" aria-label={t("pipeline.title")}>
      {status === undefined && error !== null ? (
        <Failure what={t("what.pipeline")} error={error} onRetry={() => void refetch()} />
      ) : status === undefined ? (
        <Loading what={t("what.pipeline")} />
      ) : (
        <Flow status={status} />
      )}
    </section>
  );
}

function Flow({ status }: { status: Status }): ReactNode {
  const words = useWords();
  const { t, age } = words;
  const { format } = useCity();
  const now = useNow();
  const { totals } = status;
  const verdict = flowVerdict(status, now);
  const lag = status.lag.filter(isWaiting).reduce((sum, entry) => sum + entry.lag, 0);
  return (
    <>
      <p className={`verdict verdict-${verdict.tone}`}>
        <span className="verdict-mark" aria-hidden="true" />
        <strong>{t(`pipeline.verdict.${verdict.word}`)}</strong> <span>{sentenceOf(verdict, words)}</span>
      </p>
      <ol className="flow">
        <FlowStep step="received" count={totals.received} />
        <FlowStep step="readings" count={totals.readings} />
        <FlowStep step="stored" count={totals.stored} />
        <FlowStep step="scores" count={totals.scores} />
        <FlowStep step="rejected" count={totals.rejected} rejected />
      </ol>
      <dl className="facts facts-row small">
        <div>
          <dt>{t("pipeline.newest")}</dt>
          <dd>
            {status.newestReading === null ? (
              t("pipeline.newestNone")
            ) : (
              <>
                <span className="number">{age(Date.parse(status.newestReading.receivedAt), now)}</span>
                <span className="muted"> {t("pipeline.from", { device: status.newestReading.device })}</span>
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>{t("pipeline.pace")}</dt>
          <dd className="number">{t("pipeline.paceOf", { n: format.count(status.readingsPerMinute) })}</dd>
        </div>
        <div>
          <dt>{t("pipeline.waiting")}</dt>
          <dd>
            <details className="lag">
              <summary className="number">
                {t("pipeline.records", { count: lag, n: format.count(lag) })}
              </summary>
              <ul>
                {status.lag.map((entry) => (
                  <li key={`${entry.topic} ${entry.group}`}>
                    <code>{entry.group}</code> <span className="muted">{t("pipeline.on")}</span>{" "}
                    <code>{entry.topic}</code> <span className="number">{format.count(entry.lag)}</span>
                    {!isWaiting(entry) && <span className="muted"> {t("pipeline.kept")}</span>}
                  </li>
                ))}
              </ul>
            </details>
          </dd>
        </div>
        {status.ledger !== null && (
          <div>
            <dt>{t("ledger.fact")}</dt>
            <dd>
              {status.ledger.difference === 0 ? (
                t("ledger.factNone")
              ) : (
                <strong className="wrong number">{format.count(status.ledger.difference)}</strong>
              )}{" "}
              <Link
                to="/ledger"
                search={status.ledger.difference === 0 ? {} : { range: "30d", differences: "true" }}
              >
                {t("ledger.title")}
              </Link>
            </dd>
          </div>
        )}
        <div>
          <dt>{t("pipeline.since")}</dt>
          <dd>
            {format.moment(Date.parse(status.startedAt), now)}{" "}
            <span className="muted">kota {status.version}</span>
          </dd>
        </div>
      </dl>
    </>
  );
}

function FlowStep({
  step,
  count,
  rejected = false,
}: {
  step: "received" | "readings" | "stored" | "scores" | "rejected";
  count: number | null;
  rejected?: boolean;
}): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  return (
    <li className={rejected ? "flow-step flow-rejected" : "flow-step"}>
      <span className="flow-title">{t(`pipeline.${step}`)}</span>
      <span className="flow-count number">
        {count === null ? t("pipeline.elsewhere") : format.count(count)}
      </span>
      <span className="muted small">
        {count === null ? t("pipeline.elsewhereNote") : t(`pipeline.${step}Note`)}
      </span>
    </li>
  );
}
