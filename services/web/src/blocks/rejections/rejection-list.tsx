import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Rejection } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { useNow } from "../../ui/use-now.ts";
import { Payload } from "./payload.tsx";

/** Rejections, each to be opened. */
export function RejectionList({ rejections }: { rejections: readonly Rejection[] }): ReactNode {
  return (
    <ul className="rejection-list">
      {rejections.map((rejection) => (
        <RejectionRow key={rejection.id} rejection={rejection} />
      ))}
    </ul>
  );
}

function RejectionRow({ rejection }: { rejection: Rejection }): ReactNode {
  const { t, langOfKota } = useWords();
  const { format } = useCity();
  const now = useNow(60_000);
  const [open, setOpen] = useState(false);
  return (
    <li>
      <details className="rejection" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <time className="number muted" dateTime={rejection.time}>
            {format.moment(Date.parse(rejection.time), now)}
          </time>
          <span className="rejection-code">{t(`code.${rejection.code}.title`)}</span>
          <span className="rejection-reason" lang={langOfKota}>
            {rejection.reason}
          </span>
        </summary>
        {open && <RejectionDetail rejection={rejection} />}
      </details>
    </li>
  );
}

function RejectionDetail({ rejection }: { rejection: Rejection }): ReactNode {
  const { t } = useWords();
  const { code, topic, adapter, device, stage, attributes } = rejection;
  return (
    <dl className="facts small">
      <div>
        <dt>{t("rejections.todo")}</dt>
        <dd>
          {t(`code.${code}.todo`)} <code className="muted">{code}</code>
        </dd>
      </div>
      <div>
        <dt>{t("rejections.topic")}</dt>
        <dd>
          <code>{topic}</code>
        </dd>
      </div>
      <div>
        <dt>{t("rejections.adapter")}</dt>
        <dd>{adapter ?? t("rejections.noAdapter")}</dd>
      </div>
      <div>
        <dt>{t("rejections.device")}</dt>
        <dd>
          {device === null ? (
            t("rejections.noDevice")
          ) : (
            <Link to="/devices/$id" params={{ id: device }}>
              {device}
            </Link>
          )}
        </dd>
      </div>
      <div>
        <dt>{t("rejections.stage")}</dt>
        <dd>{stage}</dd>
      </div>
      {attributes !== null && Object.keys(attributes).length > 0 && (
        <div>
          <dt>{t("rejections.attributes")}</dt>
          <dd>
            <ul>
              {Object.entries(attributes).map(([name, value]) => (
                <li key={name}>
                  <code>{name}</code> {value}
                </li>
              ))}
            </ul>
          </dd>
        </div>
      )}
      {stage === "normalize" && (
        <div>
          <dt>{t("rejections.again")}</dt>
          <dd>
            <Link to="/playground" search={{ rejection: `${rejection.time}/${rejection.id}` }}>
              {t("rejections.inPlayground")}
            </Link>
          </dd>
        </div>
      )}
      <div>
        <dt>{t("rejections.payload")}</dt>
        <dd>
          <Payload
            payloadText={rejection.payloadText}
            payloadBase64={rejection.payloadBase64}
            size={rejection.size}
          />
        </dd>
      </div>
    </dl>
  );
}
