import "uplot/dist/uPlot.min.css";
import { type ReactNode, useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { withUnit } from "../../format/unit.ts";
import { useCity } from "../../page/city-context.tsx";
import type { Columns } from "../../series/gaps.ts";
import { colourOf, useTheme } from "../../ui/theme.ts";

const DAY_SECONDS = 86_400;

interface Reading {
  readonly time: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** One series: the mean as a line, the range from the smallest to the largest value as a band, gaps as gaps. */
export function SeriesChart({
  columns,
  from,
  to,
  unit,
  decimals,
  isPercent,
  label,
}: {
  columns: Columns;
  /** The shown range, Unix milliseconds. */
  from: number;
  to: number;
  unit: string;
  decimals: number;
  isPercent: boolean;
  label: string;
}): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const { format } = useCity();
  const { shown } = useTheme();
  const [pointed, setPointed] = useState<Reading | null>(null);
  const latest = useRef({ columns, from, to });
  latest.current = { columns, from, to };

  // The theme changes the colours that are read.
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = new uPlot(
      optionsOf({
        width: element.clientWidth,
        height: element.clientHeight,
        format,
        decimals,
        isPercent,
        range: () => [latest.current.from / 1000, latest.current.to / 1000],
        onPoint: (index) => setPointed(readingAt(latest.current.columns, index)),
      }),
      dataOf(latest.current.columns),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [format, decimals, isPercent, shown]);

  // A moved range is drawn anew with the same values.
  useEffect(() => plot.current?.setData(dataOf(columns)), [columns, from, to]);

  return (
    <div className="chart">
      <p className="chart-pointed small number" aria-hidden="true">
        {pointed === null ? (
          <span className="muted">Point at the chart to read it.</span>
        ) : (
          <>
            <span className="muted">{format.dateTime(pointed.time)}</span>{" "}
            <strong>{withUnit(format.number(pointed.mean, decimals), unit)}</strong>
            {pointed.min !== pointed.max && (
              <span className="muted">
                {" "}
                ({format.number(pointed.min, decimals)} to {format.number(pointed.max, decimals)})
              </span>
            )}
          </>
        )}
      </p>
      <div ref={box} className="chart-canvas" role="img" aria-label={label} />
    </div>
  );
}

function readingAt(columns: Columns, index: number | null): Reading | null {
  if (index === null) return null;
  const [time, mean, min, max] = [
    columns.time[index],
    columns.mean[index],
    columns.min[index],
    columns.max[index],
  ];
  if (time == null || mean == null || min == null || max == null) return null;
  return { time, mean, min, max };
}

function dataOf({ time, mean, min, max }: Columns): uPlot.AlignedData {
  return [time.map((at) => at / 1000), [...max], [...min], [...mean]];
}

function optionsOf({
  width,
  height,
  format,
  decimals,
  isPercent,
  range,
  onPoint,
}: {
  width: number;
  height: number;
  format: ReturnType<typeof useCity>["format"];
  decimals: number;
  isPercent: boolean;
  range: () => [number, number];
  onPoint: (index: number | null) => void;
}): uPlot.Options {
  const axis = {
    stroke: colourOf("--text-muted"),
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
    grid: { stroke: colourOf("--line"), width: 1 },
    ticks: { show: false },
  };
  const edge = { stroke: "transparent", width: 0, points: { show: false } };
  return {
    width,
    height,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), format.timeZone),
    cursor: { y: false, points: { size: 8 }, drag: { x: false, y: false } },
    scales: {
      x: { time: true, range },
      y: isPercent ? { range: [0, 100] } : { range: (_, low, high) => roomFor(low, high, decimals) },
    },
    axes: [
      {
        ...axis,
        space: 70,
        size: 30,
        values: (_, splits, _axis, _space, increment) =>
          splits.map((seconds) => {
            const time = seconds * 1000;
            return increment >= DAY_SECONDS
              ? (format.dateTime(time).split(",")[0] ?? "")
              : format.clock(time);
          }),
      },
      { ...axis, size: 56, values: (_, splits) => splits.map((value) => shownTick(value, splits, format)) },
    ],
    series: [
      {},
      edge,
      edge,
      {
        stroke: colourOf("--series"),
        width: 2,
        spanGaps: false,
        points: { size: 5, fill: colourOf("--series") },
      },
    ],
    bands: [{ series: [1, 2], fill: colourOf("--series-band") }],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  };
}

/** A value axis with some air, and never so narrow that noise fills it. */
function roomFor(low: number | null, high: number | null, decimals: number): [number, number] {
  if (low === null || high === null) return [0, 1];
  const least = 10 ** -decimals * 4;
  const span = Math.max(high - low, least, Math.abs(high) * 0.02);
  const middle = (low + high) / 2;
  const bottom = middle - span * 0.58;
  return [low >= 0 ? Math.max(0, bottom) : bottom, middle + span * 0.58];
}

function shownTick(
  value: number,
  splits: readonly number[],
  format: ReturnType<typeof useCity>["format"],
): string {
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
