import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { sendJson } from "../../api/fetch-json.ts";
import { nextMessageOf } from "../../api/queries.ts";
import type { AdapterTrial, Device } from "../../api-types.ts";
import { Payload } from "../../blocks/rejections/payload.tsx";
import { draftOf, type RecordedMessage } from "../../blocks/trial/draft.ts";
import { TrialResult } from "../../blocks/trial/trial-result.tsx";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { Block } from "../../ui/block.tsx";
import { Failure, Loading, Notice } from "../../ui/notice.tsx";

/** A message of a device as it came, and what became of it; kept nowhere by its device, so the next one is waited for. */
export function NextMessage({ device }: { device: Device }): ReactNode {
  const { t } = useWords();
  const [isAsked, setAsked] = useState(false);
  const { data, error, isFetching, refetch } = useQuery({ ...nextMessageOf(device.id), enabled: isAsked });
  const listen = (): void => {
    if (isAsked) void refetch();
    else setAsked(true);
  };
  return (
    <Block
      id="message"
      title={t("device.message")}
      lead={t("device.messageLead")}
      actions={
        <button type="button" className="button" disabled={isFetching} onClick={listen}>
          {t(isFetching ? "playground.listening" : "device.messageListen")}
        </button>
      }
    >
      {isFetching ? (
        <Loading what={t("device.message")} />
      ) : error !== null ? (
        <Failure what={t("device.message")} error={error} onRetry={listen} />
      ) : data === null ? (
        <Notice title={t("device.messageNone")}>{t("device.messageNoneHelp")}</Notice>
      ) : data !== undefined ? (
        <Came message={data} />
      ) : null}
    </Block>
  );
}

function Came({ message }: { message: RecordedMessage }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const draft = draftOf(message);
  const { data, error, refetch } = useQuery({
    queryKey: ["trial", message.topic, message.receivedAt, message.payloadBase64],
    queryFn: () => sendJson<AdapterTrial>("POST", "/v1/adapters/try", draft),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const { topic, payload, encoding, receivedAt } = draft;
  return (
    <div className="playground">
      <div>
        <p className="small">
          <code>{topic}</code>{" "}
          <span className="muted number">{format.dateTime(Date.parse(message.receivedAt))}</span>
        </p>
        <Payload
          payloadText={encoding === "text" ? payload : null}
          payloadBase64={message.payloadBase64}
          size={message.size}
        />
        <p>
          <Link
            className="button"
            to="/playground"
            search={{
              topic,
              payload,
              encoding,
              ...(receivedAt === undefined ? {} : { received: receivedAt }),
            }}
          >
            {t("device.messageTry")}
          </Link>
        </p>
      </div>
      <div>
        {error !== null ? (
          <Failure title={t("playground.failed")} error={error} onRetry={() => void refetch()} />
        ) : data === undefined ? (
          <Loading what={t("playground.result")} />
        ) : (
          <TrialResult trial={data} />
        )}
      </div>
    </div>
  );
}
