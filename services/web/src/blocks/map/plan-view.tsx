import { type ReactNode, useMemo } from "react";
import { useWords } from "../../i18n/words.ts";
import { useView } from "../../routing/use-view.ts";
import { MarkShape } from "../../ui/device-mark.tsx";
import type { MapContent } from "./map-content.ts";
import { boundsOf, labelPlace, planOf } from "./project.ts";

const WIDTH = 1000;
const MARK = 20;

/** The map as a plain drawing, for browsers without WebGL. */
export default function PlanView({
  areas,
  devices,
  deviceColours,
  chosenArea,
  chosenDevice,
  onDevice,
}: MapContent): ReactNode {
  const { link, href } = useView();
  const { t } = useWords();
  const plan = useMemo(() => {
    const shown = chosenArea === null ? areas : areas.filter(({ area }) => area.properties.id === chosenArea);
    const bounds = boundsOf((shown.length === 0 ? areas : shown).map(({ area }) => area));
    return bounds === null ? null : planOf(bounds, WIDTH, 30);
  }, [areas, chosenArea]);
  if (plan === null) return null;
  return (
    <svg className="plan" viewBox={`0 0 ${WIDTH} ${plan.height}`} preserveAspectRatio="xMidYMid meet">
      <title>{t("map.plan")}</title>
      {areas.map(({ area, colour, said }) => (
        <a
          key={area.properties.id}
          {...link({ area: area.properties.id === chosenArea ? null : area.properties.id })}
        >
          <title>{`${area.properties.name}: ${said}`}</title>
          <path
            className={classOf(area.properties.id, chosenArea)}
            d={plan.pathOf(area)}
            fill={`var(${colour})`}
          />
        </a>
      ))}
      {devices.map((device) => {
        const [x, y] = plan.project([device.lon, device.lat]);
        const size = device.id === chosenDevice ? MARK * 1.8 : MARK;
        return (
          <a
            key={device.id}
            href={href({ device: device.id })}
            tabIndex={-1}
            onClick={(event) => {
              event.preventDefault();
              onDevice(device.id);
            }}
          >
            {deviceColours?.has(device.id) && (
              <circle cx={x} cy={y} r={size * 0.8} fill={`var(${deviceColours.get(device.id)})`} />
            )}
            <svg x={x - size / 2} y={y - size / 2} width={size} height={size} viewBox="0 0 24 24">
              <title>{device.name}</title>
              <MarkShape kind={device.kind} origin={device.origin} />
            </svg>
          </a>
        );
      })}
      <g className="plan-labels">
        {areas.map(({ area, label }) => {
          const [x, y] = plan.project(labelPlace(area));
          return (
            <text key={area.properties.id} className="plan-label" x={x} y={y} textAnchor="middle">
              {area.properties.name} {label}
            </text>
          );
        })}
      </g>
    </svg>
  );
}

function classOf(id: string, chosen: string | null): string {
  if (chosen === null) return "plan-area";
  return id === chosen ? "plan-area plan-chosen" : "plan-area plan-other";
}
