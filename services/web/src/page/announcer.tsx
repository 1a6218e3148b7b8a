import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { scoresQuery } from "../api/queries.ts";
import { shownLiveness } from "../blocks/header/header.tsx";
import { useLiveness } from "../live/live-context.tsx";
import { bandOf } from "../score/band.ts";
import { CITY_AREA } from "../score/score-key.ts";
import { useCity } from "./city-context.tsx";
import { useView } from "./use-view.ts";

/** Screen readers hear of changes at most this often. */
const PACE_MS = 30_000;

/** Says in one sentence what changed, for those who listen to the page. */
export function Announcer(): ReactNode {
  const { view } = useView();
  const { areaName, format } = useCity();
  const { data } = useQuery(scoresQuery);
  const liveness = useLiveness();
  const [said, setSaid] = useState("");
  const spokenAt = useRef(0);

  const area = view.area ?? CITY_AREA;
  const overall = data?.find((score) => score.area === area && score.dimension === null)?.score ?? null;
  const score = overall === null ? "no score yet" : `${Math.round(overall)}, ${bandOf(overall).word}`;
  const sentence = `${areaName(area)}: ${score}. The page is ${shownLiveness(liveness, format.clock)}.`;

  useEffect(() => {
    if (data === undefined) return;
    const wait = Math.max(1000, spokenAt.current + PACE_MS - Date.now());
    const timer = window.setTimeout(() => {
      spokenAt.current = Date.now();
      setSaid(sentence);
    }, wait);
    return () => window.clearTimeout(timer);
  }, [sentence, data === undefined]);

  return (
    <p className="unseen" role="status" aria-live="polite">
      {said}
    </p>
  );
}
