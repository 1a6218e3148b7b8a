import { HOUR_MS, type Question } from "@kota/ledger";

/** One count to ask of the time series. */
export interface Count {
  readonly from: number;
  readonly to: number;
  /** Left out: of all devices. */
  readonly device?: string;
}

/** A count of all devices of an hour costs about what one of a device does. */
const MOST_HOURS = 8;
/** In one round; the others wait for the next. */
const MOST_COUNTS = 24;

/**
 * How to ask with few counts: by hour, as live readings are of the last hour or two; by device where a few of them have
 * sent the past, which has many hours. The newest hours come first.
 */
export function planOf(questions: readonly Question[]): readonly Count[] {
  const byHour = groupedBy(questions, ({ hour }) => hour.hour);
  const byDevice = groupedBy(questions, ({ hour }) => hour.device ?? "");
  if (byHour.size <= MOST_HOURS || byHour.size <= byDevice.size) {
    const hours = [...byHour].sort(([a], [b]) => b - a).slice(0, MOST_COUNTS);
    return hours.map(([hour, of]) => {
      const [first] = of;
      const only = of.length === 1 && first?.hour.device != null ? { device: first.hour.device } : {};
      return { from: hour, to: hour + HOUR_MS, ...only };
    });
  }
  return [...byDevice].slice(0, MOST_COUNTS).map(([device, of]) => {
    const hours = of.map(({ hour }) => hour.hour);
    const from = hours.reduce((least, hour) => Math.min(least, hour));
    const to = hours.reduce((most, hour) => Math.max(most, hour)) + HOUR_MS;
    return { from, to, device };
  });
}

function groupedBy<K>(questions: readonly Question[], keyOf: (question: Question) => K): Map<K, Question[]> {
  const groups = new Map<K, Question[]>();
  for (const question of questions) {
    const key = keyOf(question);
    const group = groups.get(key);
    if (group) group.push(question);
    else groups.set(key, [question]);
  }
  return groups;
}
