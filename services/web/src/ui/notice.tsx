import type { ReactNode } from "react";
import { messageOf } from "./message-of.ts";

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

/** A failed query: the reason and a way to try again. */
export function Failure({
  what,
  error,
  onRetry,
}: {
  what: string;
  error: unknown;
  onRetry: () => void;
}): ReactNode {
  return (
    <Notice
      tone="bad"
      title={`${what} could not be loaded`}
      action={
        <button type="button" className="button" onClick={onRetry}>
          Try again
        </button>
      }
    >
      {messageOf(error)}
    </Notice>
  );
}

/** Grey lines in the place of what is on its way. */
export function Loading({ what, lines = 3 }: { what: string; lines?: number }): ReactNode {
  return (
    <div className="loading" role="status">
      <span className="unseen">Loading {what} …</span>
      {Array.from({ length: lines }, (_, line) => line).map((line) => (
        <span key={line} className="loading-line" style={{ inlineSize: `${92 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  );
}
