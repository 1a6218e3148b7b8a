import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { sendJson } from "../../api/fetch-json.ts";
import { lastRejectionsQuery, nextMessagesQuery, rejectionQuery } from "../../api/queries.ts";
import type { AdapterTrial } from "../../api-types.ts";
import { type Draft, draftOf, draftOfRejection, ENCODINGS } from "../../blocks/trial/draft.ts";
import { TrialResult } from "../../blocks/trial/trial-result.tsx";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import type { PlaygroundSearch } from "../../routing/searches.ts";
import { Block } from "../../ui/block.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import { TableScroll } from "../../ui/table-scroll.tsx";

/** A longer payload stays out of the URL. */
const LONGEST_IN_URL = 4000;

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
                  onChange={(event) =>
                    setDraft({ ...draft, encoding: event.target.value as Draft["encoding"] })
                  }
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
            <TrialResult trial={trial.data} />
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
