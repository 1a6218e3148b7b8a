import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo, useState } from "react";
import type { Rejection } from "../../api-types.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { Choice } from "../../ui/choice.tsx";
import { useNow } from "../../ui/use-now.ts";
import { bytesOf, hexDump, laidOut } from "./hex.ts";

const MOST_BYTES = 4096;

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
          <Payload rejection={rejection} />
        </dd>
      </div>
    </dl>
  );
}

/** The payload as text or in hex; what is not text starts in hex. */
function Payload({ rejection }: { rejection: Rejection }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const { payloadText, payloadBase64, size } = rejection;
  const [asHex, setAsHex] = useState(payloadText === null);
  const hex = useMemo(
    () => (asHex ? hexDump(bytesOf(payloadBase64, MOST_BYTES)) : ""),
    [asHex, payloadBase64],
  );
  const bytes = t("rejections.bytes", { count: size, n: format.count(size) });
  if (size === 0) return <span className="muted">{t("rejections.emptyPayload")}</span>;
  return (
    <>
      <div className="payload-head">
        <span className="muted">{bytes}</span>
        <Choice
          label={t("rejections.shownAs")}
          value={asHex ? "hex" : "text"}
          options={(["text", "hex"] as const).map((id) => ({
            id,
            title: t(id === "hex" ? "rejections.hex" : "rejections.text"),
          }))}
          onValue={(form) => setAsHex(form === "hex")}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className="payload" tabIndex={0} aria-label={t("rejections.payload")}>
        <pre className={asHex ? "payload-hex" : undefined}>
          {asHex ? hex : payloadText === null ? t("rejections.notText") : laidOut(payloadText)}
        </pre>
      </section>
      {asHex && size > MOST_BYTES && (
        <p className="muted">{t("rejections.cut", { n: format.count(MOST_BYTES) })}</p>
      )}
    </>
  );
}
