import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { Header } from "../blocks/header/header.tsx";
import { sentenceOf } from "../blocks/pipeline/flow-words.ts";
import { useWords } from "../i18n/words.ts";
import { useLiveness } from "../live/live-context.tsx";
import { useFlow } from "../live/use-flow.ts";
import { PastBar } from "../past/past-bar.tsx";
import { useMoment } from "../past/use-moment.ts";
import { useCity } from "./city-context.tsx";

/** The header and the footer, and between them a page. */
export function Shell(): ReactNode {
  const { city } = useCity();
  const { t } = useWords();
  const { state } = useLiveness();
  const at = useMoment();
  const main = useRef<HTMLElement>(null);
  const path = useLocation({ select: ({ pathname }) => pathname });
  const pathBefore = useRef(path);

  // Another page is another place: the reader starts at its begin. A change within a page moves nobody.
  useEffect(() => {
    if (pathBefore.current !== path) main.current?.focus({ preventScroll: true });
    pathBefore.current = path;
  }, [path]);

  return (
    <div className="page" data-live={state} data-past={at === null ? undefined : true}>
      <a className="skip-link" href="#content">
        {t("nav.skip")}
      </a>
      <Header />
      <main id="content" ref={main} tabIndex={-1} className="page-main">
        <Staleness />
        <PastBar />
        <Outlet />
      </main>
      <footer className="page-foot small muted">
        <p>
          {t("foot.text", { version: city.version })} <a href="/v1/openapi.json">{t("foot.contract")}</a>,{" "}
          <a href="/v1/scores?level=all">{t("foot.scores")}</a>, <a href="/v1/devices">{t("foot.devices")}</a>
          .
        </p>
      </footer>
    </div>
  );
}

/** Old numbers are never shown as live ones: this stands above them. */
function Staleness(): ReactNode {
  const liveness = useLiveness();
  const words = useWords();
  const { t } = words;
  const { format } = useCity();
  const flow = useFlow();
  const at = useMoment();
  if (liveness.state === "live" && flow !== null && at === null) {
    return (
      <p className="stale-bar late-bar" role="status">
        <strong>{t("live.lateTitle")}</strong> {sentenceOf(flow, words)} {t("live.lateBar")}{" "}
        <Link to="/pipeline">{t("live.lateWhere")}</Link>
      </p>
    );
  }
  if (liveness.state !== "stale") return null;
  return (
    <p className="stale-bar" role="alert">
      <strong>{t("live.barTitle")}</strong> {t("live.bar", { time: format.clock(liveness.since) })}
    </p>
  );
}
