import { type Reading, type Rejection, type Score, type ScoreRevision, scoreKey } from "@kota/model";
import type { EventKind } from "./change-feed.ts";
import { isoTime } from "./iso-time.ts";
import type { LiveListener } from "./live-view.ts";
import { rejectionEvent } from "./rejection-row.ts";
import { revisionRow } from "./revision-row.ts";
import { scoreRow } from "./score-row.ts";

/** What is decided here and there: of each the newest goes out. */
export interface RowListener {
  row(kind: "work" | "alert", id: string, data: unknown): void;
}

const MOST_REJECTIONS = 50;
const MOST_REVISIONS = 200;

interface PendingReading {
  time: number;
  readonly values: Map<string, { time: number; value: number }>;
}

/**
 * Gathers changes and hands them on at most every `everyMs`: of one score the newest revision, of one device the newest
 * value of each metric, of rejections the newest. So the stream stays small however much comes in.
 */
export function createCoalescer(
  publish: (events: { readonly kind: EventKind; readonly data: unknown }[]) => void,
  everyMs = 250,
): LiveListener & RowListener & { stop(): void } {
  const scores = new Map<string, Score>();
  const readings = new Map<string, PendingReading>();
  const rows = new Map<string, { readonly kind: EventKind; readonly data: unknown }>();
  let rejections: Rejection[] = [];
  let revisions: ScoreRevision[] = [];
  let timer: NodeJS.Timeout | undefined;
  let notBefore = 0;

  function soon(): void {
    timer ??= setTimeout(flush, Math.max(0, notBefore - performance.now()));
  }

  function flush(): void {
    timer = undefined;
    notBefore = performance.now() + everyMs;
    const events: { kind: EventKind; data: unknown }[] = [];
    for (const score of scores.values()) events.push({ kind: "score", data: scoreRow(score) });
    for (const [device, { time, values }] of readings) {
      const newest: Record<string, number> = {};
      for (const [metric, { value }] of values) newest[metric] = value;
      events.push({ kind: "reading", data: { device, time: isoTime(time), values: newest } });
    }
    for (const rejection of rejections) events.push({ kind: "rejection", data: rejectionEvent(rejection) });
    for (const revision of revisions) events.push({ kind: "revision", data: revisionRow(revision) });
    events.push(...rows.values());
    rows.clear();
    scores.clear();
    readings.clear();
    rejections = [];
    revisions = [];
    publish(events);
  }

  return {
    score(score) {
      scores.set(scoreKey(score), score);
      soon();
    },
    reading(reading: Reading) {
      let pending = readings.get(reading.device);
      if (!pending) {
        pending = { time: reading.time, values: new Map() };
        readings.set(reading.device, pending);
      } else if (reading.time > pending.time) pending.time = reading.time;
      for (const metric in reading.values) {
        const value = reading.values[metric];
        if (value !== undefined && (pending.values.get(metric)?.time ?? -Infinity) <= reading.time) {
          pending.values.set(metric, { time: reading.time, value });
        }
      }
      soon();
    },
    rejection(rejection) {
      rejections.push(rejection);
      if (rejections.length > MOST_REJECTIONS) rejections.shift();
      soon();
    },
    revision(revision) {
      revisions.push(revision);
      if (revisions.length > MOST_REVISIONS) revisions.shift();
      soon();
    },
    row(kind, id, data) {
      rows.set(`${kind}/${id}`, { kind, data });
      soon();
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
