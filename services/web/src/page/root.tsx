import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { I18nProvider } from "react-aria-components/I18nProvider";
import { useTranslation } from "react-i18next";
import { cityQuery } from "../api/queries.ts";
import { WhyDialog } from "../blocks/why/why-dialog.tsx";
import { useWords } from "../i18n/words.ts";
import { LiveProvider } from "../live/live-context.tsx";
import { shownError } from "../ui/notice.tsx";
import { Announcer } from "./announcer.tsx";
import { CityProvider } from "./city-context.tsx";

/** What is around every page: the city, the live stream, the opened score. */
export function Root(): ReactNode {
  const { data: city, failureReason } = useQuery({ ...cityQuery, retry: true, retryDelay: 2000 });
  const { i18n } = useTranslation();
  if (city === undefined) return <Waiting error={failureReason} />;
  return (
    <I18nProvider locale={i18n.language}>
      <CityProvider city={city}>
        <LiveProvider>
          <Outlet />
          <WhyDialog />
          <Announcer />
        </LiveProvider>
      </CityProvider>
    </I18nProvider>
  );
}

/** Before the city is known: kota is starting, or cannot be reached. */
function Waiting({ error }: { error: Error | null }): ReactNode {
  const { t } = useWords();
  return (
    <main className="waiting" aria-busy="true">
      <img src="/icon.svg" alt="" width="56" height="56" className="waiting-mark" />
      <h1 className="waiting-title">{error === null ? t("waiting.opening") : t("waiting.waiting")}</h1>
      <p className="muted" role="status">
        {error === null ? t("waiting.reading") : `${shownError(error, t)} ${t("waiting.again")}`}
      </p>
    </main>
  );
}
