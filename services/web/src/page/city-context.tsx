import { createContext, type ReactNode, useContext, useMemo } from "react";
import type { City } from "../api-types.ts";
import { createFormat, type Format } from "../format/format.ts";
import { useWords } from "../i18n/words.ts";
import { CITY_AREA } from "../score/score-key.ts";

export interface CityView {
  readonly city: City;
  readonly format: Format;
  /** The name of an area, `city` being the whole city. */
  areaName(id: string): string;
}

const CityContext = createContext<CityView | null>(null);

/** Gives the blocks the city and its way to write numbers and times. */
export function CityProvider({ city, children }: { city: City; children: ReactNode }): ReactNode {
  const { t } = useWords();
  const format = useMemo(() => createFormat(city.locale, city.timeZone), [city.locale, city.timeZone]);
  const value = useMemo<CityView>(() => {
    const names = new Map(city.areas.features.map(({ properties }) => [properties.id, properties.name]));
    return {
      city,
      format,
      areaName: (id) => (id === CITY_AREA ? t("area.city") : (names.get(id) ?? id)),
    };
  }, [city, format, t]);
  return <CityContext value={value}>{children}</CityContext>;
}

/** The city that is shown. */
export function useCity(): CityView {
  const value = useContext(CityContext);
  if (value === null)
    throw new Error("useCity was called outside of CityProvider; put the block inside of it");
  return value;
}
