import { type Reading, type Rejection, type Score, type ScoreRevision, scoreKey } from "@kota/model";
import type { EventKind } from "./change-feed.ts";
import { isoTime } from "./iso-time.ts";
import type { LiveListener } from "./live-view.ts";
import { rejectionEvent } from "./rejection-row.ts";
import { revisionRow } from "./revision-row.ts";
import { scoreRow } from "./score-row.ts";

/** What is decided here and there: of each the newest goes out. */
export interface RowListener {
  row(kind: "work" | "alert" | "position", id: string, data: unknown): void;
}

const MOST_REJECTIONS = 50;
const MOST_REVISIONS = 200;

/** What came of one device. */
class NewestValues {
  readonly #readings: Reading[];

  constructor(first: Reading) {
    this.#readings = [first];
  }

  add(reading: Reading): void {
    const [newest] = this.#readings;
    // Nearly always it is newer and has the same metrics: then it says it all.
    if (this.#readings.length === 1 && newest && replaces(reading, newest)) this.#readings[0] = reading;
    else this.#readings.push(reading);
  }

  /** Of one reading the text is made when it is asked for; of several the values are gathered now, so that these can go. */
  settled(): unknown {
    return this.#readings.length === 1 ? this : this.toJSON();
  }

  toJSON(): unknown {
    const values: Record<string, number> = {};
    const times: Record<string, number> = {};
    let newest = Number.NEGATIVE_INFINITY;
    for (const { time, values: those } of this.#readings) {
      newest = Math.max(newest, time);
      for (const metric in those) {
        const value = those[metric];
        if (value === undefined || (times[metric] ?? Number.NEGATIVE_INFINITY) > time) continue;
        values[metric] = value;
        times[metric] = time;
      }
    }
    return { device: this.#readings[0]?.device, time: isoTime(newest), values };
  }
}

function replaces(reading: Reading, before: Reading): boolean {
  if (reading.time < before.time) return false;
  for (const metric in before.values) if (reading.values[metric] === undefined) return false;
  return true;
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
  const readings = new Map<string, NewestValues>();
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
    for (const newest of readings.values()) events.push({ kind: "reading", data: newest.settled() });
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
      const pending = readings.get(reading.device);
      if (pending) pending.add(reading);
      else readings.set(reading.device, new NewestValues(reading));
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
