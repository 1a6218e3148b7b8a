import { type ReactNode, useId, useState } from "react";
import type { WorkItem } from "../api-types.ts";
import { FindingRow, type FindingRowProps } from "../attention/finding-row.tsx";
import { useWords } from "../i18n/words.ts";
import { useOperator } from "../operator/operator.ts";
import { useCity } from "../page/city-context.tsx";
import { useNow } from "../ui/use-now.ts";
import { useAct } from "./use-act.ts";

const HOUR = 3_600_000;
const SNOOZES = [1, 4, 24] as const;

/** One item: what it is, why, since when and where, who looks after it, and what can be done about it. */
export function WorkRow({
  item,
  origin,
  onMap,
}: {
  item: WorkItem;
  origin: FindingRowProps["origin"];
  onMap: string | undefined;
}): ReactNode {
  const now = useNow(60_000);
  return (
    <FindingRow item={item} origin={origin} now={now} onMap={onMap} className={`work-${item.status}`}>
      {(title) => (
        <>
          <WorkState item={item} />
          <WorkActions item={item} about={`${title}, ${item.deviceName ?? ""}`} />
        </>
      )}
    </FindingRow>
  );
}

/** Who looks after an item, and until when. */
export function WorkState({ item }: { item: WorkItem }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const now = useNow(60_000);
  const parts = [
    item.status === "acknowledged" || (item.acknowledgedBy !== null && item.status !== "closed")
      ? t("work.acknowledgedBy", { by: item.acknowledgedBy ?? "" })
      : null,
    item.assignee === null ? null : t("work.assignedTo", { to: item.assignee }),
    item.snoozedUntil === null
      ? null
      : t("work.snoozedUntil", { time: format.moment(Date.parse(item.snoozedUntil), now) }),
    item.closedAt === null
      ? null
      : item.closedBy === null
        ? t("work.closedItself", { time: format.moment(Date.parse(item.closedAt), now) })
        : t("work.closedBy", { by: item.closedBy, time: format.moment(Date.parse(item.closedAt), now) }),
  ].filter((part) => part !== null);
  if (parts.length === 0) return null;
  return (
    <p className="small work-state">
      {parts.map((part) => (
        <span key={part} className="tag">
          {part}
        </span>
      ))}
    </p>
  );
}

function WorkActions({ item, about }: { item: WorkItem; about: string }): ReactNode {
  const { t } = useWords();
  const { name } = useOperator();
  const { act, isSending, problem, said } = useAct(item.id);
  const [isOpen, setOpen] = useState(false);
  const isClosed = item.status === "closed";
  const more = useId();
  return (
    <div className="work-actions small">
      {item.status === "open" && (
        <button
          type="button"
          className="button"
          disabled={isSending}
          aria-label={t("work.acknowledgeWhat", { what: about })}
          onClick={() => void act("acknowledge")}
        >
          {t("work.acknowledge")}
        </button>
      )}
      {(item.status === "snoozed" || item.closedBy !== null) && (
        <button type="button" className="button" disabled={isSending} onClick={() => void act("reopen")}>
          {t("work.reopen")}
        </button>
      )}
      <button
        type="button"
        className="button"
        aria-expanded={isOpen}
        aria-controls={more}
        aria-label={t("work.moreWhat", { what: about })}
        onClick={() => setOpen(!isOpen)}
      >
        {t("work.more")}
      </button>
      <span role="status" className="unseen">
        {said}
      </span>
      {problem !== null && (
        <span role="alert" className="wrong">
          {problem}
        </span>
      )}
      <div id={more} hidden={!isOpen} className="work-more">
        {isOpen && (
          <>
            <AssignForm
              name={name}
              assignee={item.assignee}
              isSending={isSending}
              onAssign={(to) => act("assign", { to })}
            />
            {!isClosed && (
              <p className="work-line">
                <span>{t("work.snooze")}</span>
                {SNOOZES.map((hours) => (
                  <button
                    key={hours}
                    type="button"
                    className="button"
                    disabled={isSending}
                    onClick={() =>
                      void act("snooze", { until: new Date(Date.now() + hours * HOUR).toISOString() })
                    }
                  >
                    {t("work.hours", { count: hours, n: hours })}
                  </button>
                ))}
              </p>
            )}
            <NoteForm
              isClosed={isClosed}
              isSending={isSending}
              onNote={(note) => act("note", { note })}
              onClose={(note) => act("close", { note })}
            />
            <History item={item} />
          </>
        )}
      </div>
    </div>
  );
}

function AssignForm({
  name,
  assignee,
  isSending,
  onAssign,
}: {
  name: string;
  assignee: string | null;
  isSending: boolean;
  onAssign: (to: string | null) => Promise<boolean>;
}): ReactNode {
  const { t } = useWords();
  const field = useId();
  const [to, setTo] = useState(assignee ?? name);
  return (
    <form
      className="work-line"
      onSubmit={(event) => {
        event.preventDefault();
        void onAssign(to.trim() === "" ? null : to.trim());
      }}
    >
      <label htmlFor={field}>{t("work.assignTo")}</label>
      <input
        id={field}
        type="text"
        maxLength={80}
        value={to}
        onChange={(event) => setTo(event.target.value)}
      />
      <button type="submit" className="button" disabled={isSending}>
        {t("work.assign")}
      </button>
    </form>
  );
}

function NoteForm({
  isClosed,
  isSending,
  onNote,
  onClose,
}: {
  isClosed: boolean;
  isSending: boolean;
  onNote: (note: string) => Promise<boolean>;
  onClose: (note: string) => Promise<boolean>;
}): ReactNode {
  const { t } = useWords();
  const field = useId();
  const [note, setNote] = useState("");
  const send = (how: (note: string) => Promise<boolean>) =>
    void how(note.trim()).then((done) => {
      if (done) setNote("");
    });
  return (
    <form
      className="work-line"
      onSubmit={(event) => {
        event.preventDefault();
        send(onNote);
      }}
    >
      <label htmlFor={field}>{t("work.note")}</label>
      <input
        id={field}
        type="text"
        required
        maxLength={2000}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <button type="submit" className="button" disabled={isSending || note.trim() === ""}>
        {t("work.addNote")}
      </button>
      {!isClosed && (
        <button
          type="button"
          className="button"
          disabled={isSending || note.trim() === ""}
          onClick={() => send(onClose)}
        >
          {t("work.closeWith")}
        </button>
      )}
    </form>
  );
}

/** What was done, and when it held: the newest first. */
function History({ item }: { item: WorkItem }): ReactNode {
  const { t } = useWords();
  const { format } = useCity();
  const now = useNow(60_000);
  const moment = (time: string): string => format.moment(Date.parse(time), now);
  const lines = [
    ...item.acts.map(({ id, act, by, at, note, to, until }) => ({
      id,
      at,
      text: `${
        act === "assign"
          ? t("work.didAssign", { by, to: to ?? t("work.nobody") })
          : act === "snooze"
            ? t("work.didSnooze", { by, time: until === null ? "" : moment(until) })
            : t(`work.did.${act}`, { by })
      }${note === null ? "" : `: ${note}`}`,
    })),
    ...item.episodes.flatMap(({ from, to }) => [
      { id: `from ${from}`, at: from, text: t("work.began") },
      ...(to === null ? [] : [{ id: `to ${to}`, at: to, text: t("work.over") }]),
    ]),
  ].sort((a, b) => (a.at < b.at ? 1 : -1));
  return (
    <ol className="work-history" aria-label={t("work.history")}>
      {lines.map(({ id, at, text }) => (
        <li key={id}>
          <time className="muted number" dateTime={at}>
            {moment(at)}
          </time>{" "}
          {text}
        </li>
      ))}
    </ol>
  );
}
