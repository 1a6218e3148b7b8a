import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { alertsOf } from "../../api/queries.ts";
import { chooseLanguage, LANGUAGES } from "../../i18n/language.ts";
import { useWords } from "../../i18n/words.ts";
import { useLiveness } from "../../live/live-context.tsx";
import { shownLiveness } from "../../live/shown-liveness.ts";
import { useFlow } from "../../live/use-flow.ts";
import { useCity } from "../../page/city-context.tsx";
import { lastHour, writeMoment } from "../../past/moment.ts";
import { useMoment } from "../../past/use-moment.ts";
import { useView } from "../../routing/use-view.ts";
import { Choice } from "../../ui/choice.tsx";
import { useNow } from "../../ui/use-now.ts";
import { ThemeChoice } from "./theme-choice.tsx";

const PAGES = [
  { to: "/", title: "now" },
  { to: "/work", title: "work" },
  { to: "/alerts", title: "alerts" },
  { to: "/over-time", title: "overTime" },
  { to: "/devices", title: "devices" },
  { to: "/rejections", title: "rejections" },
  { to: "/playground", title: "playground" },
  { to: "/pipeline", title: "pipeline" },
  { to: "/ledger", title: "ledger" },
  { to: "/sources", title: "sources" },
  { to: "/wall", title: "wall" },
] as const;

/** The top of the page: which city, its pages, whether it is live, what time it is there. */
export function Header(): ReactNode {
  const { city } = useCity();
  const { t } = useWords();
  const { view } = useView();
  // The area that is looked at goes along to the other pages.
  const search = view.area === null ? {} : { area: view.area };
  const path = useLocation({ select: ({ pathname }) => pathname });
  const nav = useRef<HTMLElement>(null);
  // On a phone the row scrolls: the page that is open must not be out of sight in it.
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [path]);
  return (
    <header className="page-head">
      <div className="page-head-inner">
        <Link className="brand" to="/">
          <Mark />
          <span className="brand-name">
            <span className="brand-kota">kota</span>
            <span className="brand-city">{city.name}</span>
          </span>
        </Link>
        <nav ref={nav} aria-label={t("nav.label")} className="page-nav">
          {PAGES.map(({ to, title }) => (
            <Link
              key={to}
              to={to}
              search={search}
              activeOptions={{ exact: to === "/", includeSearch: false }}
            >
              {t(`nav.${title}`)}
              {title === "alerts" && <ActiveAlerts />}
            </Link>
          ))}
        </nav>
        <div className="page-state">
          <LiveBadge />
          <Clock />
          <LanguageChoice />
          <ThemeChoice />
        </div>
      </div>
    </header>
  );
}

/** How many alerts fire now; nothing when none does. */
function ActiveAlerts(): ReactNode {
  const { data } = useQuery(alertsOf(useMoment()));
  const { t } = useWords();
  const { format } = useCity();
  if (data === undefined || data.active === 0) return null;
  return (
    <span className="nav-count number">
      {format.count(data.active)}
      <span className="unseen"> {t("alerts.firing")}</span>
    </span>
  );
}

/** The languages by their codes; each button says its name in its own language. */
function LanguageChoice(): ReactNode {
  const { t, i18n } = useTranslation();
  return (
    <Choice
      label={t("language.choose")}
      className="languages"
      value={LANGUAGES.find(({ id }) => id === i18n.language)?.id ?? "en"}
      options={LANGUAGES.map(({ id, name }) => ({
        id,
        title: id.toUpperCase(),
        said: `${id.toUpperCase()}, ${name}`,
        lang: id,
      }))}
      onValue={(id) => void chooseLanguage(id)}
    />
  );
}

function Mark(): ReactNode {
  return (
    <svg className="brand-mark" viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <g fill="none" stroke="var(--on-accent)" strokeWidth="2.4" strokeLinejoin="round" strokeLinecap="round">
        <path d="M16 5.5 25 10.7v10.6L16 26.5 7 21.3V10.7Z" />
        <path d="M16 26.5V16M16 16l9-5.3M16 16 7 10.7" />
      </g>
    </svg>
  );
}

function LiveBadge(): ReactNode {
  const liveness = useLiveness();
  const { format } = useCity();
  const { t } = useWords();
  const now = useNow(60_000);
  const at = useMoment();
  const flow = useFlow();
  if (at !== null) {
    return (
      <span className="live live-past">
        <span className="live-dot" aria-hidden="true" />
        {t("past.badge", { time: format.moment(at, now) })}
      </span>
    );
  }
  if (liveness.state === "live" && flow !== null) {
    return (
      <span className="live live-reconnecting">
        <span className="live-dot" aria-hidden="true" />
        {t("live.late")}
      </span>
    );
  }
  return (
    <span className={`live live-${liveness.state}`}>
      <span className="live-dot" aria-hidden="true" />
      {shownLiveness(liveness, (time) => format.moment(time, now), t)}
    </span>
  );
}

function Clock(): ReactNode {
  const { format } = useCity();
  const { t } = useWords();
  const now = useNow();
  const { view, link } = useView();
  const clock = (
    <time
      className="clock number"
      dateTime={new Date(now).toISOString()}
      title={t("clock.zone", { zone: format.timeZone })}
    >
      {format.clockWithSeconds(now)} <span className="muted clock-zone">{format.zoneName(now)}</span>
    </time>
  );
  if (view.at !== null) return clock;
  return (
    <a className="clock-link" title={t("past.open")} {...link({ at: writeMoment(lastHour(now)) })}>
      {clock} <span aria-hidden="true">↺</span>
      <span className="unseen"> {t("past.open")}</span>
    </a>
  );
}
