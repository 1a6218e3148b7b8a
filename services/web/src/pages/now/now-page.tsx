import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { scoresOf } from "../../api/queries.ts";
import { AreasBlock } from "../../blocks/areas/areas-block.tsx";
import { AttentionBlock } from "../../blocks/attention/attention-block.tsx";
import { MapBlock } from "../../blocks/map/map-block.tsx";
import { ScoresBlock } from "../../blocks/scores/scores-block.tsx";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { usePageTitle } from "../../page/page-head.tsx";
import { ScopeBar } from "../../page/scope-bar.tsx";
import { useMoment } from "../../past/use-moment.ts";
import { usePainted } from "../../ui/use-painted.ts";

/** How the city is doing now, and what to look at. */
export function NowPage(): ReactNode {
  const { t } = useWords();
  const { city } = useCity();
  usePageTitle(t("nav.now"));
  const { isPending } = useQuery(scoresOf(useMoment()));
  const scored = usePainted(!isPending);
  return (
    <>
      <h1 className="unseen">{t("title.now", { city: city.name })}</h1>
      <ScopeBar />
      <ScoresBlock />
      {scored && (
        <>
          <div className="page-pair">
            <AttentionBlock />
            <MapBlock />
          </div>
          <AreasBlock />
        </>
      )}
    </>
  );
}
