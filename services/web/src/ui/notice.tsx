import type { ReactNode } from "react";
import { AdminToken } from "../admin/admin-token.tsx";
import { ApiError } from "../api/fetch-json.ts";
import type { Translate } from "../i18n/language.ts";
import { useWords } from "../i18n/words.ts";

/** What stands where data would be: nothing yet, or something failed. It says why, and what to do. */
export function Notice({
  tone = "quiet",
  title,
  children,
  action,
}: {
  tone?: "quiet" | "bad";
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}): ReactNode {
  return (
    <div className={`notice notice-${tone}`} role={tone === "bad" ? "alert" : undefined}>
      <p className="notice-title">{title}</p>
      {children !== undefined && <p className="muted small">{children}</p>}
      {action}
    </div>
  );
}

/** The text of anything that was thrown, for a person. What kota says of itself is in English. */
export function shownError(error: unknown, t: Translate): string {
  if (error instanceof ApiError && error.status === 0) return t("error.unreachable");
  return error instanceof Error ? error.message : String(error);
}

/** A failed query: the reason and a way to try again. */
export function Failure({
  what,
  title,
  error,
  onRetry,
}: {
  /** What could not be loaded; or `title`, the whole sentence. */
  what?: string;
  title?: string;
  error: unknown;
  onRetry: () => void;
}): ReactNode {
  const { t } = useWords();
  return (
    <Notice
      tone="bad"
      title={title ?? t("error.loading", { what: what ?? "" })}
      action={
        <>
          {error instanceof ApiError && error.status === 401 && <AdminToken />}
          <button type="button" className="button" onClick={onRetry}>
            {t("error.again")}
          </button>
        </>
      }
    >
      {shownError(error, t)}
    </Notice>
  );
}

/** Grey lines in the place of what is on its way. */
export function Loading({ what, lines = 3 }: { what: string; lines?: number }): ReactNode {
  const { t } = useWords();
  return (
    <div className="loading" role="status">
      <span className="unseen">{t("loading", { what })}</span>
      {Array.from({ length: lines }, (_, line) => line).map((line) => (
        <span key={line} className="loading-line" style={{ inlineSize: `${92 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  );
}
