import type { ReactNode } from "react";
import { useCity } from "../page/city-context.tsx";

/** The areas of the city, to choose one of. */
export function AreaOptions(): ReactNode {
  const { city } = useCity();
  return city.areas.features.map(({ properties }) => (
    <option key={properties.id} value={properties.id}>
      {properties.name}
    </option>
  ));
}
