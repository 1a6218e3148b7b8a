import { lazy, type ReactNode, Suspense, useState } from "react";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { Loading } from "../../ui/notice.tsx";
import { areaAt } from "../map/area-at.ts";
import { canDrawMap } from "../map/map-content.ts";
import type { Place } from "../map/project.ts";

/** A place that is being chosen, whichever way it is drawn. */
export interface PlaceChoice {
  readonly place: Place | null;
  readonly kind: string;
  /** The place in words. */
  readonly where: string;
  readonly onPlace: (place: Place) => void;
}

const PlaceMap = lazy(() => import("./place-map.tsx"));
const PlacePlan = lazy(() => import("./place-plan.tsx"));

/** Where a device stands, to be moved on the map; nothing is changed before that is saved, and it can be put back. */
export function PlacePicker({
  place,
  before,
  kind,
  onPlace,
}: {
  place: Place | null;
  /** Where it is registered. */
  before: Place | null;
  kind: string;
  onPlace: (place: Place | null) => void;
}): ReactNode {
  const { t } = useWords();
  const { city, areaName, format } = useCity();
  const [Picture] = useState(() => (canDrawMap() ? PlaceMap : PlacePlan));
  const area = place === null ? null : areaAt(city.areas.features, place);
  const where =
    place === null
      ? t("registry.noPlace")
      : `${area === null ? t("area.none") : areaName(area)}, ${format.number(place[1], 5)}, ${format.number(place[0], 5)}`;
  const isMoved = place?.[0] !== before?.[0] || place?.[1] !== before?.[1];
  return (
    <figure className="position place-picker">
      <Suspense fallback={<Loading what={t("what.map")} lines={4} />}>
        <Picture place={place} kind={kind} where={where} onPlace={onPlace} />
      </Suspense>
      <figcaption className="small muted">
        <span role="status">{where}.</span> {t("registry.placeHelp")}
        {isMoved && (
          <>
            {" "}
            <strong>{t("registry.placeMoved")}</strong>{" "}
            <button type="button" className="button" onClick={() => onPlace(before)}>
              {t("registry.placeBack")}
            </button>
          </>
        )}
      </figcaption>
    </figure>
  );
}
