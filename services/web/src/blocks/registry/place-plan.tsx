import { type KeyboardEvent, type PointerEvent, type ReactNode, useMemo, useRef } from "react";
import { useWords } from "../../i18n/words.ts";
import { useCity } from "../../page/city-context.tsx";
import { MarkShape } from "../../ui/device-mark.tsx";
import { boundsOf, type Place, planOf } from "../map/project.ts";
import type { PlaceChoice } from "./place-picker.tsx";

const WIDTH = 1000;
const MARK = 56;
/** Of the plan's width: what an arrow key moves the mark by. With Shift ten times as much. */
const STEP = 2;

/** For browsers without WebGL: the plan of the city with one mark on it, to be dragged, clicked to its place, or moved by the arrow keys. */
export default function PlacePlan({ place, kind, where, onPlace }: PlaceChoice): ReactNode {
  const { t } = useWords();
  const { city } = useCity();
  const svg = useRef<SVGSVGElement>(null);
  const begun = useRef(place);
  const plan = useMemo(() => {
    const bounds = boundsOf(city.areas.features);
    if (bounds === null) return null;
    const [west, south, east, north] = bounds;
    const [lon, lat] = begun.current ?? [west, south];
    return planOf(
      [Math.min(west, lon), Math.min(south, lat), Math.max(east, lon), Math.max(north, lat)],
      WIDTH,
      40,
    );
  }, [city.areas]);
  if (plan === null) return null;

  const at: Place = place === null ? [WIDTH / 2, plan.height / 2] : plan.project(place);
  const follow = ({ clientX, clientY }: PointerEvent): void => {
    const matrix = svg.current?.getScreenCTM();
    if (!matrix) return;
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
    onPlace(plan.unproject([clamp(x, WIDTH), clamp(y, plan.height)]));
  };
  const onKey = (event: KeyboardEvent): void => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    const by = STEP * (event.shiftKey ? 10 : 1);
    const [x = 0, y = 0] = way;
    onPlace(plan.unproject([clamp(at[0] + x * by, WIDTH), clamp(at[1] + y * by, plan.height)]));
  };
  return (
    <svg
      ref={svg}
      className="position-plan"
      viewBox={`0 0 ${WIDTH} ${plan.height}`}
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the mark.
      tabIndex={0}
      aria-label={t("registry.placeHandle", { where })}
      onKeyDown={onKey}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        follow(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) follow(event);
      }}
    >
      {city.areas.features.map((area) => (
        <path key={area.properties.id} className="position-area" d={plan.pathOf(area)} />
      ))}
      {place !== null && (
        <g transform={`translate(${at[0] - MARK / 2} ${at[1] - MARK / 2}) scale(${MARK / 24})`}>
          <MarkShape kind={kind} origin="live" />
        </g>
      )}
    </svg>
  );
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}
