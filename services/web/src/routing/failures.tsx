import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useWords } from "../i18n/words.ts";
import { PageHead } from "../page/page-head.tsx";
import { Notice, shownError } from "../ui/notice.tsx";

/** A page that failed while it was shown, or whose code could not be loaded. */
export function PageFailure({ error, reset }: ErrorComponentProps): ReactNode {
  const { t } = useWords();
  return (
    <Notice
      tone="bad"
      title={t("error.page")}
      action={
        <button
          type="button"
          className="button"
          onClick={() => {
            reset();
            window.location.reload();
          }}
        >
          {t("error.again")}
        </button>
      }
    >
      {t("error.pageHelp")} {shownError(error, t)}
    </Notice>
  );
}

/** An address that is no page. */
export function NotFound(): ReactNode {
  const { t } = useWords();
  return (
    <>
      <PageHead title={t("error.notFound")} lead={t("error.notFoundHelp")} />
      <p>
        <Link className="button" to="/">
          {t("error.toNow")}
        </Link>
      </p>
    </>
  );
}
