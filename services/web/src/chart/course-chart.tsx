import "uplot/dist/uPlot.min.css";
import { shownUnit } from "@kota/model/shown-unit";
import { type ReactNode, type RefObject, useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import type { Format } from "../format/format.ts";
import { useCity } from "../page/city-context.tsx";
import type { Columns } from "../series/gaps.ts";
import { colourOf, useTheme } from "../ui/theme.ts";
import { type Course, columnsOfCourse } from "./course.ts";
import { lineColour } from "./line-colour.ts";
import { type Span, wallTime } from "./time-window.ts";

const DAY_SECONDS = 86_400;
const HIGHEST_SCORE = 100;
const AXIS_PX = 54;

/** A line as the chart draws it. */
export interface DrawnLine {
  readonly course: Course;
  /** Its number among the lines, from 0: it has the colour of that number. */
  readonly number: number;
  /** UCUM code; null for a score. Lines of one unit share an axis. */
  readonly unit: string | null;
  readonly decimals: number;
  /** The week before: drawn pale and dashed. */
  readonly isBefore: boolean;
}

export interface DrawnLimit {
  readonly unit: string;
  readonly value: number;
  readonly title: string;
}

/** The values at the pointed time, by line; null where there is none near. */
export type Pointed = {
  readonly time: number;
  readonly values: readonly (number | null)[];
} | null;

/**
 * Lines over time: each unit on an axis of its own, gaps as gaps. Each line has a band from the smallest to the largest
 * value of its steps, so that no peak is lost in a mean; several lines carry their numbers at their ends, so that colour
 * never speaks alone.
 */
export function CourseChart({
  lines,
  limits,
  span,
  label,
  plotRef,
  onPoint,
  onDrag,
}: {
  lines: readonly DrawnLine[];
  limits: readonly DrawnLimit[];
  span: Span;
  label: string;
  plotRef: RefObject<uPlot | null>;
  onPoint: (pointed: Pointed) => void;
  onDrag: (from: number, to: number) => void;
}): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const { format } = useCity();
  const { shown } = useTheme();
  const columns = useMemo(() => lines.map(({ course }) => columnsOfCourse(course)), [lines]);
  const latest = useRef({ lines, limits, span, columns, onPoint, onDrag });
  latest.current = { lines, limits, span, columns, onPoint, onDrag };
  // What makes another chart; values and range only fill the one there is.
  const structure = JSON.stringify(
    lines.map(({ number, unit, decimals, isBefore }) => [number, unit, decimals, isBefore]),
  );

  // The theme changes the colours that are read.
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = new uPlot(optionsOf(element, format, latest), dataOf(latest.current.columns), element);
    plotRef.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plotRef.current = null;
    };
  }, [structure, format, shown, plotRef]);

  // A moved range is drawn anew with the same values.
  useEffect(() => plotRef.current?.setData(dataOf(columns)), [columns, span.from, span.to, limits, plotRef]);

  return <div ref={box} className="chart-canvas" role="img" aria-label={label} />;
}

/** Of each line: its largest and smallest values, and its means. */
const COLUMNS = 3;
/** Where the means of a line stand among the columns, which begin with the time. */
const meanColumn = (line: number): number => (line + 1) * COLUMNS;

/** The columns of the lines over one time. */
function dataOf(columns: readonly Columns[]): uPlot.AlignedData {
  const tables = columns.map(
    ({ time, mean, min, max }): uPlot.AlignedData => [
      time.map((at) => at / 1000),
      [...max],
      [...min],
      [...mean],
    ],
  );
  return tables.length === 0 ? [[]] : uPlot.join(tables);
}

type Latest = RefObject<{
  readonly lines: readonly DrawnLine[];
  readonly limits: readonly DrawnLimit[];
  readonly span: Span;
  readonly columns: readonly Columns[];
  readonly onPoint: (pointed: Pointed) => void;
  readonly onDrag: (from: number, to: number) => void;
}>;

const isMidnight = (time: number, timeZone: string): boolean => wallTime(time, timeZone).endsWith("T00:00");

const scaleOf = (unit: string | null): string => `unit ${unit ?? "score"}`;

function optionsOf(element: HTMLElement, format: Format, latest: Latest): uPlot.Options {
  const { lines } = latest.current;
  const font = getComputedStyle(document.body).fontFamily;
  const units = [...new Set(lines.map(({ unit }) => unit))];
  const axis = {
    stroke: colourOf("--text-muted"),
    font: `12px ${font}`,
    ticks: { show: false },
  };
  const grid = { stroke: colourOf("--line"), width: 1 };
  const edge = (unit: string | null): uPlot.Series => ({
    scale: scaleOf(unit),
    stroke: "transparent",
    width: 0,
    points: { show: false },
  });
  const colours = lines.map(({ number }) => colourOf(lineColour(number)));
  const drawn = lines.map(({ unit, isBefore }, index): uPlot.Series => {
    const stroke = colours[index] ?? "";
    return {
      scale: scaleOf(unit),
      stroke: isBefore ? faint(stroke) : stroke,
      width: isBefore ? 1.5 : 2,
      spanGaps: false,
      points: { size: 5, fill: isBefore ? faint(stroke) : stroke },
      ...(isBefore ? { dash: [5, 4] } : {}),
    };
  });
  const limitInk = colourOf("--bad");
  const text = colourOf("--text");
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    padding: [22, units.length > 1 ? 4 : 16, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), format.timeZone),
    cursor: { y: false, points: { size: 8 }, drag: { x: true, y: false, setScale: false } },
    scales: {
      x: { time: true, range: () => [latest.current.span.from / 1000, latest.current.span.to / 1000] },
      ...Object.fromEntries(
        units.map((unit): [string, uPlot.Scale] => [
          scaleOf(unit),
          {
            range: (_, low, high) => {
              if (unit === null || unit === "%") return [0, HIGHEST_SCORE];
              const { lines: now, limits } = latest.current;
              const decimals = now.find((line) => line.unit === unit)?.decimals ?? 1;
              return roomFor(low, high, decimals, limits.find((limit) => limit.unit === unit)?.value);
            },
          },
        ]),
      ),
    },
    axes: [
      {
        ...axis,
        grid,
        space: 70,
        size: 30,
        values: (_, splits, _axis, _space, increment) =>
          splits.map((seconds) =>
            // A new day is named: on a week of hours nobody could tell one midnight from another.
            increment >= DAY_SECONDS || isMidnight(seconds * 1000, format.timeZone)
              ? format.day(seconds * 1000)
              : format.clock(seconds * 1000),
          ),
      },
      ...units.map((unit, index): uPlot.Axis => {
        return {
          ...axis,
          scale: scaleOf(unit),
          side: index === 0 ? 3 : 1,
          grid: index === 0 ? grid : { show: false },
          size: AXIS_PX,
          values: (_, splits) => splits.map((value) => shownTick(value, splits, format)),
        };
      }),
    ],
    series: [
      {},
      ...drawn.flatMap((line, index) => [
        edge(lines[index]?.unit ?? null),
        edge(lines[index]?.unit ?? null),
        line,
      ]),
    ],
    bands: lines.flatMap(({ isBefore }, index) =>
      // Of the week before only the line: two bands over each other say less than one.
      isBefore
        ? []
        : [
            {
              series: [meanColumn(index) - 2, meanColumn(index) - 1] as [number, number],
              fill: faint(colours[index] ?? "", lines.length === 1 ? 0.18 : 0.12),
            },
          ],
    ),
    hooks: {
      setCursor: [
        (plot) => {
          const index = plot.cursor.idx;
          const time = index == null ? undefined : plot.data[0][index];
          if (index == null || time === undefined || (plot.cursor.left ?? -1) < 0) {
            latest.current.onPoint(null);
            return;
          }
          const values = latest.current.lines.map((_, line) =>
            near(plot.data[meanColumn(line)] ?? [], index),
          );
          latest.current.onPoint({ time: time * 1000, values });
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          const from = plot.posToVal(left, "x") * 1000;
          const to = plot.posToVal(left + width, "x") * 1000;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          latest.current.onDrag(from, to);
        },
      ],
      draw: [
        (plot) => {
          drawUnits(plot, units, axis.stroke, font);
          for (const limit of latest.current.limits) drawLimit(plot, limit, limitInk, font);
          if (latest.current.lines.length > 1) drawNumbers(plot, latest.current.lines, text, font);
        },
      ],
    },
  };
}

/** The value at a place, or the one nearest to it that is there: lines of different steps do not meet. */
function near(values: ArrayLike<number | null | undefined>, index: number): number | null {
  for (let away = 0; away <= 12; away += 1) {
    for (const place of [index - away, index + away]) {
      const value = values[place];
      if (typeof value === "number") return value;
      if (value === null && away === 0) return null;
    }
  }
  return null;
}

function faint(colour: string, alpha = 0.6): string {
  return `color-mix(in srgb, ${colour} ${alpha * 100}%, transparent)`;
}

/** The unit of each axis, above it. */
function drawUnits(plot: uPlot, units: readonly (string | null)[], ink: string, font: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = ink;
  ctx.font = `${12 * uPlot.pxRatio}px ${font}`;
  ctx.textBaseline = "bottom";
  ctx.textAlign = "right";
  const y = bbox.top - 7 * uPlot.pxRatio;
  const right = bbox.left + bbox.width;
  units.forEach((unit, index) => {
    const x = index === 0 ? bbox.left - 5 * uPlot.pxRatio : right + (index * AXIS_PX - 8) * uPlot.pxRatio;
    ctx.fillText(unit === null ? "0–100" : shownUnit(unit), x, y);
  });
  ctx.restore();
}

function drawLimit(plot: uPlot, { unit, value, title }: DrawnLimit, ink: string, font: string): void {
  const scale = plot.scales[scaleOf(unit)];
  if (scale?.min == null || scale.max == null || value < scale.min || value > scale.max) return;
  const { ctx, bbox } = plot;
  const y = plot.valToPos(value, scaleOf(unit), true);
  ctx.save();
  ctx.strokeStyle = ink;
  ctx.fillStyle = ink;
  ctx.lineWidth = uPlot.pxRatio;
  ctx.setLineDash([6 * uPlot.pxRatio, 4 * uPlot.pxRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = `${11 * uPlot.pxRatio}px ${font}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  ctx.fillText(title, bbox.left + 6 * uPlot.pxRatio, y - 2 * uPlot.pxRatio);
  ctx.restore();
}

/** The number of each line, at the last point that is drawn. */
function drawNumbers(plot: uPlot, lines: readonly DrawnLine[], ink: string, font: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.font = `600 ${11 * uPlot.pxRatio}px ${font}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "bottom";
  lines.forEach(({ number, unit, isBefore, course }) => {
    const last = course.points.findLast(({ time }) => time <= (plot.scales.x?.max ?? 0) * 1000);
    if (isBefore || last === undefined) return;
    const x = plot.valToPos(last.time / 1000, "x", true);
    if (x < bbox.left) return;
    const y = plot.valToPos(last.mean, scaleOf(unit), true);
    ctx.fillStyle = ink;
    ctx.fillText(
      String(number + 1),
      Math.min(x, bbox.left + bbox.width - 6 * uPlot.pxRatio),
      y - 4 * uPlot.pxRatio,
    );
  });
  ctx.restore();
}

/** A value axis with some air, never so narrow that noise fills it; a limit that is not far away is on it. */
function roomFor(
  low: number | null,
  high: number | null,
  decimals: number,
  limit: number | undefined,
): [number, number] {
  if (low === null || high === null) return [0, 1];
  const top = limit !== undefined && limit > high && limit <= high * 1.6 ? limit * 1.05 : high;
  const least = 10 ** -decimals * 4;
  const span = Math.max(top - low, least, Math.abs(top) * 0.02);
  const middle = (low + top) / 2;
  const bottom = middle - span * 0.58;
  return [low >= 0 ? Math.max(0, bottom) : bottom, middle + span * 0.58];
}

function shownTick(value: number, splits: readonly number[], format: Format): string {
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0));
  return format.number(value, digitsOf(step));
}

/** The digits after the point that a step between two ticks needs: 0 for 5, 1 for 2.5, 2 for 0.25. */
function digitsOf(step: number): number {
  const digits = [0, 1, 2, 3].find(
    (count) => Math.abs(step * 10 ** count - Math.round(step * 10 ** count)) < 1e-6,
  );
  return digits ?? 3;
}
