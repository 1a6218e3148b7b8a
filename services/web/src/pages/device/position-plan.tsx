import { type ReactNode, useMemo } from "react";
import type { Device } from "../../api-types.ts";
import { boundsOf, labelPlace, planOf } from "../../blocks/map/project.ts";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { MarkShape } from "../../ui/device-mark.tsx";

const WIDTH = 1000;
const MARK = 56;

/** Where a device stands among the areas; its own area stands out. */
export function PositionPlan({ device, lon, lat }: { device: Device; lon: number; lat: number }): ReactNode {
  const { t } = useWords();
  const { city, areaName, format } = useCity();
  const plan = useMemo(() => {
    const bounds = boundsOf(city.areas.features);
    if (bounds === null) return null;
    const [west, south, east, north] = bounds;
    return planOf(
      [Math.min(west, lon), Math.min(south, lat), Math.max(east, lon), Math.max(north, lat)],
      WIDTH,
      40,
    );
  }, [city.areas, lon, lat]);
  if (plan === null) return null;
  const [x, y] = plan.project([lon, lat]);
  const where = device.area === null ? t("area.none") : areaName(device.area);
  const place = `${format.number(lat, 5)}, ${format.number(lon, 5)}`;
  return (
    <figure className="position">
      <svg
        className="position-plan"
        viewBox={`0 0 ${WIDTH} ${plan.height}`}
        role="img"
        aria-label={`${device.name}: ${where}, ${place}`}
      >
        {city.areas.features.map((area) => (
          <path
            key={area.properties.id}
            className={area.properties.id === device.area ? "position-area position-own" : "position-area"}
            d={plan.pathOf(area)}
          />
        ))}
        {city.areas.features.map((area) => {
          const [labelX, labelY] = plan.project(labelPlace(area));
          return (
            <text key={area.properties.id} className="plan-label" x={labelX} y={labelY} textAnchor="middle">
              {area.properties.name}
            </text>
          );
        })}
        <circle className="position-ring" cx={x} cy={y} r={MARK * 0.75} />
        <g transform={`translate(${x - MARK / 2} ${y - MARK / 2}) scale(${MARK / 24})`}>
          <MarkShape kind={device.kind ?? ""} origin={device.origin ?? "live"} />
        </g>
      </svg>
      <figcaption className="small muted">
        {where}, <span className="number">{place}</span>
      </figcaption>
    </figure>
  );
}
