import { withUnit } from "@kota/model/shown-unit";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { sendJson } from "../../api/fetch-json.ts";
import { lastRejectionsQuery, nextMessagesQuery, rejectionQuery } from "../../api/queries.ts";
import type { AdapterTrial, Rejection } from "../../api-types.ts";
import { bytesOf } from "../../blocks/rejections/hex.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import type { PlaygroundSearch } from "../../routing/searches.ts";
import { Block } from "../../ui/block.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import { TableScroll } from "../../ui/table-scroll.tsx";

const ENCODINGS = ["text", "hex", "base64"] as const;
type Encoding = (typeof ENCODINGS)[number];
/** A longer payload stays out of the URL. */
const LONGEST_IN_URL = 4000;
const MOST_BYTES = 64 * 1024;

interface Draft {
  readonly topic: string;
  readonly payload: string;
  readonly encoding: Encoding;
  readonly receivedAt?: string | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

const EXAMPLE: Draft = {
  topic: "kota/v1/noise-leith-1",
  payload: '{ "values": { "noise_laeq": 61.5 } }',
  encoding: "text",
};

/** A message, what becomes of it, and what each adapter says to it. */
export function MessageTrial({
  search,
  onSearch,
}: {
  search: PlaygroundSearch;
  onSearch: (change: PlaygroundSearch) => void;
}): ReactNode {
  const { t } = useWords();
  const fields = useId();
  const [draft, setDraft] = useState<Draft>(() =>
    search.topic === undefined && search.payload === undefined
      ? EXAMPLE
      : {
          topic: search.topic ?? "",
          payload: search.payload ?? "",
          encoding: ENCODINGS.find((each) => each === search.encoding) ?? "text",
          receivedAt: search.received,
        },
  );
  const trial = useMutation({
    mutationFn: (body: Draft) => sendJson<AdapterTrial>("POST", "/v1/adapters/try", body),
  });
  const run = (next: Draft): void => {
    setDraft(next);
    trial.mutate(next);
    const fits = next.payload.length <= LONGEST_IN_URL && next.attributes === undefined;
    onSearch({
      topic: next.topic,
      payload: fits ? next.payload : undefined,
      encoding: fits && next.encoding !== "text" ? next.encoding : undefined,
      received: fits ? next.receivedAt : undefined,
      rejection: undefined,
    });
  };
  // A link that holds a message shows what becomes of it.
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    if (search.payload !== undefined || search.topic !== undefined) trial.mutate(draft);
  });

  return (
    <>
      {search.rejection !== undefined && <FromRejection place={search.rejection} onDraft={run} />}
      <div className="playground">
        <Block id="message" title={t("playground.message")} lead={t("playground.messageLead")}>
          <form
            className="playground-form"
            onSubmit={(event) => {
              event.preventDefault();
              run(draft);
            }}
          >
            <label className="field-wide small" htmlFor={`${fields}-topic`}>
              <span>{t("rejections.topic")}</span>
              <input
                id={`${fields}-topic`}
                type="text"
                required
                value={draft.topic}
                onChange={(event) => setDraft({ ...draft, topic: event.target.value })}
              />
            </label>
            <label className="field-wide small" htmlFor={`${fields}-payload`}>
              <span>{t("rejections.payload")}</span>
              <textarea
                id={`${fields}-payload`}
                className="payload-field"
                rows={10}
                spellCheck={false}
                value={draft.payload}
                onChange={(event) =>
                  setDraft({ ...draft, payload: event.target.value, receivedAt: undefined })
                }
              />
            </label>
            <div className="playground-actions">
              <label className="field small" htmlFor={`${fields}-encoding`}>
                <span>{t("playground.writtenAs")}</span>
                <select
                  id={`${fields}-encoding`}
                  value={draft.encoding}
                  onChange={(event) => setDraft({ ...draft, encoding: event.target.value as Encoding })}
                >
                  {ENCODINGS.map((encoding) => (
                    <option key={encoding} value={encoding}>
                      {t(`playground.encodings.${encoding}`)}
                    </option>
                  ))}
                </select>
              </label>
              <button type="submit" className="button button-main" disabled={trial.isPending}>
                {t("playground.try")}
              </button>
            </div>
          </form>
          <Recent onDraft={run} />
        </Block>
        <Block id="result" title={t("playground.result")} lead={t("playground.resultLead")}>
          {trial.error !== null ? (
            <Failure title={t("playground.failed")} error={trial.error} onRetry={() => trial.mutate(draft)} />
          ) : trial.data === undefined ? (
            <Notice title={t("playground.nothing")}>{t("playground.nothingHelp")}</Notice>
          ) : (
            <Result trial={trial.data} />
          )}
        </Block>
      </div>
      {trial.data !== undefined && <Adapters trial={trial.data} />}
    </>
  );
}

/** The message of a rejection that a link names, `time/id`. */
function FromRejection({ place, onDraft }: { place: string; onDraft: (draft: Draft) => void }): ReactNode {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(rejectionQuery(place));
  const tell = useRef(onDraft);
  tell.current = onDraft;
  useEffect(() => {
    if (data) tell.current(draftOfRejection(data));
  }, [data]);
  if (error !== null) {
    return <Failure what={t("what.rejections")} error={error} onRetry={() => void refetch()} />;
  }
  return data === null ? (
    <Notice title={t("playground.noRejection")}>{t("playground.noRejectionHelp")}</Notice>
  ) : null;
}

interface Recorded {
  readonly topic: string;
  readonly payloadBase64: string;
  readonly receivedAt: string;
  readonly attributes: Readonly<Record<string, string>> | null;
}

/** A message as it came: text where its bytes are text, else in hexadecimal. */
function draftOf({ topic, payloadBase64, receivedAt, attributes }: Recorded): Draft {
  const bytes = bytesOf(payloadBase64, MOST_BYTES);
  const head = { topic, receivedAt, ...(attributes === null ? {} : { attributes }) };
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { ...head, payload: text, encoding: "text" };
  } catch {
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    return { ...head, payload: hex, encoding: "hex" };
  }
}

function draftOfRejection(rejection: Rejection): Draft {
  return draftOf({ ...rejection, receivedAt: rejection.time });
}

/** Messages to start from: those that come next, and the newest rejections. */
function Recent({ onDraft }: { onDraft: (draft: Draft) => void }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const next = useQuery({ ...nextMessagesQuery, enabled: false });
  const { data: rejected } = useQuery(lastRejectionsQuery(null));
  return (
    <div className="playground-recent small">
      <button type="button" className="button" disabled={next.isFetching} onClick={() => void next.refetch()}>
        {t(next.isFetching ? "playground.listening" : "playground.listen")}
      </button>
      {next.error !== null && <p className="wrong">{next.error.message}</p>}
      {next.data?.length === 0 && <p className="muted">{t("playground.silence")}</p>}
      <ul className="recent-list">
        {next.data?.map((message) => (
          <li key={message.topic}>
            <button type="button" className="recent" onClick={() => onDraft(draftOf(message))}>
              <code>{message.topic}</code>{" "}
              <span className="muted number">
                {t("rejections.bytes", { count: message.size, n: format.count(message.size) })}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {rejected !== undefined && rejected.rejections.length > 0 && (
        <>
          <h3>{t("rejections.last")}</h3>
          <ul className="recent-list">
            {rejected.rejections.map((rejection) => (
              <li key={rejection.id}>
                <button type="button" className="recent" onClick={() => onDraft(draftOfRejection(rejection))}>
                  <strong>{t(`code.${rejection.code}.title`)}</strong> <code>{rejection.topic}</code>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** Step by step: the payload, the adapter, the rules; and what comes out. */
function Result({ trial }: { trial: AdapterTrial }): ReactNode {
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

/** What every adapter says: who takes it, who could, and why the others decline. */
function Adapters({ trial }: { trial: AdapterTrial }): ReactNode {
  const { t, langOfKota } = useWords();
  return (
    <Block id="adapters" title={t("playground.adapters")} lead={t("playground.adaptersLead")}>
      <TableScroll label={t("playground.adapters")}>
        <table className="adapters-table">
          <thead>
            <tr>
              <th scope="col">{t("rejections.adapter")}</th>
              <th scope="col">{t("playground.says")}</th>
              <th scope="col">{t("playground.topicFits")}</th>
              <th scope="col">{t("rejections.reason")}</th>
            </tr>
          </thead>
          <tbody>
            {trial.adapters.map(({ id, title, says, topic, reason }) => (
              <tr key={id}>
                <th scope="row">
                  {title} <code className="muted">{id}</code>
                </th>
                <td>
                  <span className={says === "declines" ? "tag" : "tag tag-live"}>
                    {t(`playground.sayings.${says}`)}
                  </span>
                </td>
                <td>{topic === null ? "–" : <code>{topic}</code>}</td>
                <td>
                  <span lang={langOfKota}>{reason ?? ""}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </Block>
  );
}
