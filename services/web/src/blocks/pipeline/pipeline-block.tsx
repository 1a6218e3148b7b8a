import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { rejectionsQuery, statusQuery } from "../../api/queries.ts";
import type { Rejection, Status } from "../../api-types.ts";
import { shownAge } from "../../format/format.ts";
import { useCity } from "../../page/city-context.tsx";
import { Block } from "../../ui/block.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";
import { useNow } from "../../ui/use-now.ts";
import { flowVerdict, isWaiting } from "./flow-verdict.ts";

/** Is data flowing? From the messages that come in to what is stored, and what was rejected on the way. */
export function PipelineBlock(): ReactNode {
  const { data: status, error, refetch } = useQuery(statusQuery);
  return (
    <Block
      id="pipeline"
      title="Is data flowing?"
      lead="Every message ends as readings or as a rejection with a reason. Counts are since kota started."
    >
      {status === undefined && error !== null ? (
        <Failure what="The state of the pipeline" error={error} onRetry={() => void refetch()} />
      ) : status === undefined ? (
        <Loading what="the state of the pipeline" />
      ) : (
        <Flow status={status} />
      )}
      <Rejections />
    </Block>
  );
}

function Flow({ status }: { status: Status }): ReactNode {
  const { format } = useCity();
  const now = useNow();
  const { totals } = status;
  const verdict = flowVerdict(status, now);
  const lag = status.lag.filter(isWaiting).reduce((sum, entry) => sum + entry.lag, 0);
  return (
    <>
      <p className={`verdict verdict-${verdict.tone}`}>
        <span className="verdict-mark" aria-hidden="true" />
        <strong>{verdict.word}</strong> <span>{verdict.sentence}</span>
      </p>
      <ol className="flow">
        <FlowStep title="Received" count={totals.received} note="messages" />
        <FlowStep title="Readings" count={totals.readings} note="decoded and checked" />
        <FlowStep title="Stored" count={totals.stored} note="in the time series" />
        <FlowStep title="Scores" count={totals.scores} note="computed" />
        <FlowStep title="Rejected" count={totals.rejected} note="with a reason, see below" rejected />
      </ol>
      <dl className="facts facts-row small">
        <div>
          <dt>Newest reading</dt>
          <dd>
            {status.newestReading === null ? (
              "none since the start"
            ) : (
              <>
                <span className="number">{shownAge(Date.parse(status.newestReading.receivedAt), now)}</span>
                <span className="muted"> from {status.newestReading.device}</span>
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>Pace</dt>
          <dd className="number">
            {status.readingsPerMinute === null
              ? "not known"
              : `${format.count(status.readingsPerMinute)} readings a minute`}
          </dd>
        </div>
        <div>
          <dt>Waiting in the log</dt>
          <dd>
            <details className="lag">
              <summary className="number">
                {format.count(lag)} {lag === 1 ? "record" : "records"}
              </summary>
              <ul>
                {status.lag.map((entry) => (
                  <li key={`${entry.topic} ${entry.group}`}>
                    <code>{entry.group}</code> <span className="muted">on</span> <code>{entry.topic}</code>{" "}
                    <span className="number">{format.count(entry.lag)}</span>
                    {!isWaiting(entry) && (
                      <span className="muted"> used already, kept for its open windows</span>
                    )}
                  </li>
                ))}
              </ul>
            </details>
          </dd>
        </div>
        <div>
          <dt>Running since</dt>
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
  title,
  count,
  note,
  rejected = false,
}: {
  title: string;
  count: number | null;
  note: string;
  rejected?: boolean;
}): ReactNode {
  const { format } = useCity();
  return (
    <li className={rejected ? "flow-step flow-rejected" : "flow-step"}>
      <span className="flow-title">{title}</span>
      <span className="flow-count number">{count === null ? "elsewhere" : format.count(count)}</span>
      <span className="muted small">{count === null ? "counted by another process" : note}</span>
    </li>
  );
}

function Rejections(): ReactNode {
  const { data, error, refetch } = useQuery(rejectionsQuery);
  const { format } = useCity();
  const counts = Object.entries(data?.counts ?? {}).sort(([, a], [, b]) => b - a);
  return (
    <section className="rejections" aria-labelledby="rejections-title">
      <h3 id="rejections-title">Last rejections</h3>
      {error !== null && data === undefined ? (
        <Failure what="The rejections" error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what="rejections" />
      ) : data.rejections.length === 0 ? (
        <Notice title="Nothing was rejected">Every message became readings.</Notice>
      ) : (
        <>
          {counts.length > 0 && (
            <p className="small muted">
              {counts.map(([code, count]) => `${code} ${format.count(count)}`).join(" · ")}
            </p>
          )}
          <ul className="rejection-list">
            {data.rejections.map((rejection) => (
              <RejectionRow key={rejection.id} rejection={rejection} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function RejectionRow({ rejection }: { rejection: Rejection }): ReactNode {
  const { format } = useCity();
  const now = useNow(60_000);
  return (
    <li>
      <details className="rejection">
        <summary>
          <time className="number muted" dateTime={rejection.time}>
            {format.moment(Date.parse(rejection.time), now)}
          </time>
          <code className="rejection-code">{rejection.code}</code>
          <span className="rejection-reason">{rejection.reason}</span>
        </summary>
        <dl className="facts small">
          <div>
            <dt>Topic</dt>
            <dd>
              <code>{rejection.topic}</code>
            </dd>
          </div>
          <div>
            <dt>Adapter</dt>
            <dd>{rejection.adapter ?? "none claimed it"}</dd>
          </div>
          <div>
            <dt>Device</dt>
            <dd>{rejection.device ?? "not known"}</dd>
          </div>
          <div>
            <dt>Payload</dt>
            <dd>
              <span className="muted">{format.count(rejection.size)} bytes</span>
              <pre className="payload">
                {rejection.payloadText ?? `not text; in base64:\n${rejection.payloadBase64.slice(0, 2000)}`}
              </pre>
            </dd>
          </div>
        </dl>
      </details>
    </li>
  );
}
