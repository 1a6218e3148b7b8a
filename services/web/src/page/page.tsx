import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { cityQuery } from "../api/queries.ts";
import type { City } from "../api-types.ts";
import { AreasBlock } from "../blocks/areas/areas-block.tsx";
import { Header } from "../blocks/header/header.tsx";
import { MapBlock } from "../blocks/map/map-block.tsx";
import { PipelineBlock } from "../blocks/pipeline/pipeline-block.tsx";
import { ScoresBlock } from "../blocks/scores/scores-block.tsx";
import { SeriesBlock } from "../blocks/series/series-block.tsx";
import { SourcesBlock } from "../blocks/sources/sources-block.tsx";
import { WhyDialog } from "../blocks/why/why-dialog.tsx";
import { LiveProvider, useLiveness } from "../live/live-context.tsx";
import { messageOf } from "../ui/message-of.ts";
import { Announcer } from "./announcer.tsx";
import { CityProvider, useCity } from "./city-context.tsx";
import { ScopeBar } from "./scope-bar.tsx";

/** The operators' page. */
export function Page(): ReactNode {
  const { data: city, failureReason } = useQuery({ ...cityQuery, retry: true, retryDelay: 2000 });
  if (city === undefined) return <Waiting error={failureReason} />;
  return (
    <CityProvider city={city}>
      <LiveProvider>
        <Shell city={city} />
      </LiveProvider>
    </CityProvider>
  );
}

function Shell({ city }: { city: City }): ReactNode {
  const { state } = useLiveness();
  useEffect(() => {
    document.title = `${city.name} · kota`;
    document.documentElement.lang = "en";
  }, [city.name]);
  return (
    <div className="page" data-live={state}>
      <a className="skip-link" href="#scores">
        Skip to the scores
      </a>
      <Header />
      <main className="page-main">
        <h1 className="unseen">{city.name}: live scores and readings</h1>
        <Staleness />
        <ScopeBar />
        <ScoresBlock />
        <AreasBlock />
        <div className="page-pair">
          <MapBlock />
          <SeriesBlock />
        </div>
        <PipelineBlock />
        <SourcesBlock />
      </main>
      <footer className="page-foot small muted">
        <p>
          kota {city.version}. The numbers on this page are those of the API:{" "}
          <a href="/v1/openapi.json">its contract</a>, <a href="/v1/scores?level=all">scores as JSON</a>,{" "}
          <a href="/v1/devices">devices as JSON</a>.
        </p>
      </footer>
      <WhyDialog />
      <Announcer />
    </div>
  );
}

/** Old numbers are never shown as live ones: this stands above them. */
function Staleness(): ReactNode {
  const liveness = useLiveness();
  const { format } = useCity();
  if (liveness.state !== "stale") return null;
  return (
    <p className="stale-bar" role="alert">
      <strong>The connection to kota is lost.</strong> The numbers below are from{" "}
      {format.clock(liveness.since)} or before. The page comes back by itself.
    </p>
  );
}

/** Before the city is known: kota is starting, or cannot be reached. */
function Waiting({ error }: { error: Error | null }): ReactNode {
  return (
    <main className="waiting" aria-busy="true">
      <img src="/icon.svg" alt="" width="56" height="56" className="waiting-mark" />
      <h1 className="waiting-title">{error === null ? "Opening kota" : "Waiting for kota"}</h1>
      <p className="muted" role="status">
        {error === null
          ? "Reading the city …"
          : `${messageOf(error)} This page tries again by itself every two seconds.`}
      </p>
    </main>
  );
}
