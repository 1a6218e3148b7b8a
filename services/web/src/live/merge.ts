import type {
  Device,
  LatestValue,
  PositionEvent,
  ReadingEvent,
  Score,
  Series,
  SeriesPoint,
} from "../api-types.ts";
import { scoreKey } from "../score/score-key.ts";
import { stepMs } from "../series/step.ts";

const timeOf = (time: string | null): number => (time === null ? Number.NEGATIVE_INFINITY : Date.parse(time));

/** Scores with the revisions that the stream brought. An older one changes nothing; the same time is a correction and does. */
export function mergeScores(scores: readonly Score[], changes: readonly Score[]): readonly Score[] {
  const newest = new Map<string, Score>();
  for (const change of changes) newest.set(scoreKey(change), change);
  const merged = scores.map((score) => {
    const key = scoreKey(score);
    const change = newest.get(key);
    if (change === undefined) return score;
    newest.delete(key);
    return timeOf(change.at) >= timeOf(score.at) ? change : score;
  });
  return newest.size === 0 ? merged : [...merged, ...newest.values()];
}

/** Devices with the values that the stream brought. Devices that sent nothing stay the same object. */
export function mergeReadings(
  devices: readonly Device[],
  readings: readonly ReadingEvent[],
): { readonly devices: readonly Device[]; readonly unknown: boolean } {
  const byDevice = new Map<string, ReadingEvent[]>();
  for (const reading of readings) {
    const those = byDevice.get(reading.device);
    if (those === undefined) byDevice.set(reading.device, [reading]);
    else those.push(reading);
  }
  const merged = devices.map((device) => {
    const those = byDevice.get(device.id);
    if (those === undefined) return device;
    byDevice.delete(device.id);
    return those.reduce(withReading, device);
  });
  return { devices: merged, unknown: byDevice.size > 0 };
}

function withReading(device: Device, reading: ReadingEvent): Device {
  const latest: Record<string, LatestValue> = { ...device.latest };
  const time = timeOf(reading.time);
  for (const [metric, value] of Object.entries(reading.values)) {
    const before = latest[metric];
    if (before !== undefined && timeOf(before.time) > time) continue;
    latest[metric] = { value, unit: before?.unit ?? null, time: reading.time };
  }
  return { ...device, latest, lastSeen: time > timeOf(device.lastSeen) ? reading.time : device.lastSeen };
}

/** Devices at the places where the stream has them now. Those that did not move stay the same object. */
export function mergePositions(
  devices: readonly Device[],
  positions: readonly PositionEvent[],
): readonly Device[] {
  const newest = new Map(positions.map((position) => [position.device, position]));
  return devices.map((device) => {
    const position = newest.get(device.id);
    if (position === undefined || timeOf(position.time) < timeOf(device.movedAt)) return device;
    return { ...device, lat: position.lat, lon: position.lon, movedAt: position.time };
  });
}

/**
 * A series with a reading put into its step: this is how a chart grows between two queries. What is older than the end
 * of the series is in it already or came late; it is left to the next query, so that nothing is counted twice.
 */
export function extendSeries(series: Series, reading: ReadingEvent): Series {
  const value = reading.values[series.metric];
  const time = timeOf(reading.time);
  if (reading.device !== series.device || value === undefined || time < timeOf(series.to)) return series;
  const to = new Date(time + 1).toISOString();
  const step = stepMs(series.step);
  const start = step === 0 ? time : Math.floor(time / step) * step;
  const last = series.points.at(-1);
  if (last !== undefined && start === timeOf(last.time)) {
    return { ...series, to, points: [...series.points.slice(0, -1), added(last, value)] };
  }
  const point = {
    time: new Date(start).toISOString(),
    count: 1,
    mean: value,
    min: value,
    max: value,
    last: value,
  };
  return { ...series, to, points: [...series.points, point] };
}

function added(point: SeriesPoint, value: number): SeriesPoint {
  const count = point.count + 1;
  return {
    time: point.time,
    count,
    mean: point.mean + (value - point.mean) / count,
    min: Math.min(point.min, value),
    max: Math.max(point.max, value),
    last: value,
  };
}
