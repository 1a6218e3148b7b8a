import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { scoresOf } from "../api/queries.ts";
import { useWords } from "../i18n/words.ts";
import { useLiveness } from "../live/live-context.tsx";
import { shownLiveness } from "../live/shown-liveness.ts";
import { useMoment } from "../past/use-moment.ts";
import { useView } from "../routing/use-view.ts";
import { CITY_AREA } from "../score/score-key.ts";
import { useCity } from "./city-context.tsx";

/** Screen readers hear of changes at most this often. */
const PACE_MS = 30_000;

/** Says in one sentence what changed, for those who listen to the page. */
export function Announcer(): ReactNode {
  const { view } = useView();
  const { areaName, format } = useCity();
  const { t, band } = useWords();
  const liveness = useLiveness();
  const at = useMoment();
  // Of the past it says what a page asks for anyway: most have no need of the scores of then, which take a while.
  const { data } = useQuery({ ...scoresOf(at), enabled: at === null });
  const [said, setSaid] = useState("");
  const spokenAt = useRef(0);

  const area = view.area ?? CITY_AREA;
  const overall = data?.find((score) => score.area === area && score.dimension === null)?.score ?? null;
  const score =
    overall === null
      ? t("live.noScore")
      : t("live.scoreInWords", { score: Math.round(overall), band: band(overall) });
  const sentence = t("live.announce", {
    area: areaName(area),
    score,
    state:
      at === null ? shownLiveness(liveness, format.clock, t) : t("past.badge", { time: format.dateTime(at) }),
  });

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
