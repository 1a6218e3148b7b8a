import { type EventLog, MESSAGES } from "@kota/event-log";
import {
  type Message,
  REPLAYED_ATTRIBUTE,
  type Rejection,
  type RejectionCode,
  type Replay,
} from "@kota/model";
import type { Clock } from "@kota/runtime";
import type { RejectionQuery, TimeRange, TimeSeriesStore } from "@kota/time-series";
import type { DeviceRegistry } from "./device-registry.ts";
import type { Normalizing, Trial } from "./normalizing.ts";
import type { ReplayBook } from "./replay-book.ts";

/** Which rejections to replay. */
interface Selection extends Partial<TimeRange> {
  readonly code?: RejectionCode | undefined;
  /** `id@version`, or an id for all its versions. */
  readonly adapter?: string | undefined;
  readonly device?: string | undefined;
  readonly topic?: string | undefined;
}

interface ReplayRequest {
  readonly selection: Selection;
  /** False: nothing is changed. */
  readonly apply: boolean;
  /** Look at so many rejections at most. */
  readonly limit: number;
  /** Go on after this one, by time and id: the newest come first. */
  readonly after: Place | null;
}

export interface Place {
  readonly time: number;
  readonly id: string;
}

/** How many of a kind, with the reason of one of them. */
interface Reason<C extends string> {
  readonly code: C;
  readonly count: number;
  readonly reason: string;
}

export interface ReplayReport {
  /** Rejections that the selection has, of those that were looked at. */
  readonly selected: number;
  /** Messages that give readings now, and how many readings. */
  readonly repaired: number;
  readonly readings: number;
  readonly stillRejected: readonly Reason<RejectionCode>[];
  /** Messages that need what nobody has announced so far. */
  readonly undecided: number;
  /** Settled by an earlier replay, and left as they are. */
  readonly settled: number;
  readonly notReplayable: readonly Reason<"payload_cut" | "stored_reading">[];
  /** Messages that were put into the log again. */
  readonly appended: number;
  readonly next: Place | null;
}

export interface Replayer {
  /** One replay after the other: a second waits for the first. */
  run(request: ReplayRequest): Promise<ReplayReport>;
}

const PAGE = 200;
/** Payloads of one run are in memory together. */
const MAX_BYTES = 32 * 1024 * 1024;

interface Tried {
  readonly message: Message;
  readonly replay: Replay;
}

/**
 * Runs rejected messages through the adapters and the registry of today. Those that would now become something else are
 * appended to the log as they came, with their receive time, and entered in the book. Doing it again changes nothing:
 * readings have an identity, rejections an id, and what is settled is left alone.
 */
export function createReplayer(deps: {
  readonly log: EventLog;
  readonly store: TimeSeriesStore;
  readonly registry: DeviceRegistry;
  readonly book: ReplayBook;
  readonly normalizing: Normalizing;
  readonly maxPayloadBytes: number;
  readonly clock: Clock;
}): Replayer {
  const { log, store, registry, book, normalizing, maxPayloadBytes, clock } = deps;
  let running: Promise<unknown> = Promise.resolve();

  async function run({ selection, apply, limit, after }: ReplayRequest): Promise<ReplayReport> {
    const announced = await normalizing.announced();
    const trial = normalizing.trial([...registry.devices.values()], announced);
    const tally = createTally();
    const selected: Rejection[] = [];
    const changed: Tried[] = [];
    const at = clock();
    let place = after;
    let looked = 0;
    let bytes = 0;
    let more = true;
    while (more && looked < limit && bytes < MAX_BYTES) {
      const size = Math.min(PAGE, limit - looked);
      const page = await store.rejections({ ...queryOf(selection), ...before(place), limit: size });
      for (const rejection of page) {
        if (!isOfAdapter(rejection, selection.adapter)) continue;
        bytes += rejection.payload.length;
        selected.push(rejection);
      }
      looked += page.length;
      const last = page.at(-1);
      if (last) place = { time: last.time, id: last.id };
      more = page.length === size;
    }
    // As they came, the oldest first: one of them may announce what the next ones need.
    for (const rejection of selected.reverse()) {
      const tried = tryAgain(rejection, trial, tally, at);
      if (tried) changed.push(tried);
    }
    if (apply && changed.length > 0) {
      await log.append(
        MESSAGES,
        changed.map(({ message }) => message),
      );
      await book.enter(changed.map(({ replay }) => replay));
    }
    return { ...tally.report(), appended: apply ? changed.length : 0, next: more ? place : null };
  }

  /** The message and what becomes of it, when that is not what became of it before. */
  function tryAgain(rejection: Rejection, trial: Trial, tally: Tally, at: number): Tried | undefined {
    const { id, time, code, stage, topic, source, attributes } = rejection;
    tally.selected();
    if (book.isSettled(id)) return tally.settled();
    if (stage === "store") return tally.notReplayable("stored_reading", STORED_READING);
    const payload = Buffer.from(rejection.payload, "base64");
    if (payload.length !== rejection.size) return tally.notReplayable("payload_cut", PAYLOAD_CUT);
    if (payload.length > maxPayloadBytes) return tally.stillRejected(code, rejection.reason);
    const isOverQuota = code === "quota_exceeded";
    const message: Message = {
      topic,
      payload,
      receivedAt: time,
      source,
      ...(isOverQuota || attributes
        ? { attributes: { ...attributes, ...(isOverQuota ? { [REPLAYED_ATTRIBUTE]: "1" } : {}) } }
        : {}),
    };
    const { readings, rejection: again } = trial(message);
    const replay = { id, time, code, at };
    if (readings) {
      tally.repaired(readings.length);
      return {
        message,
        replay: { ...replay, outcome: "readings", readings: readings.length, rejection: null },
      };
    }
    if (again?.code === "not_announced") {
      tally.undecided();
      return { message, replay: { ...replay, outcome: "undecided", readings: 0, rejection: null } };
    }
    tally.stillRejected(again?.code ?? code, again?.reason ?? rejection.reason);
    if (!again || again.id === id) return undefined;
    return { message, replay: { ...replay, outcome: "rejection", readings: 0, rejection: again.id } };
  }

  return {
    run(request) {
      const report = running.then(() => run(request));
      running = report.catch(() => {});
      return report;
    },
  };
}

const STORED_READING =
  "The time series refused a reading whose message became readings. The message is not in this rejection; nothing to decode.";
const PAYLOAD_CUT =
  "The payload was over the city's limit and only its beginning was kept. It has to be sent again by its device.";

function queryOf({ from, to, code, adapter, device, topic }: Selection): Omit<RejectionQuery, "limit"> {
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(code === undefined ? {} : { code }),
    ...(adapter?.includes("@") ? { adapter } : {}),
    ...(device === undefined ? {} : { device }),
    ...(topic === undefined ? {} : { topic }),
  };
}

function before(place: Place | null): Pick<RejectionQuery, "before"> {
  return place === null ? {} : { before: place };
}

/** The id of `id@version`. */
export function adapterIdOf(label: string): string {
  const at = label.lastIndexOf("@");
  return at < 0 ? label : label.slice(0, at);
}

function isOfAdapter({ adapter }: Rejection, wanted: string | undefined): boolean {
  if (wanted === undefined || adapter === wanted) return true;
  return adapter !== null && !wanted.includes("@") && adapterIdOf(adapter) === wanted;
}

type Tally = ReturnType<typeof createTally>;

function createTally() {
  const counts = { selected: 0, repaired: 0, readings: 0, undecided: 0, settled: 0 };
  const rejected = new Map<RejectionCode, { count: number; reason: string }>();
  const lost = new Map<"payload_cut" | "stored_reading", { count: number; reason: string }>();
  const add = <C extends string>(
    to: Map<C, { count: number; reason: string }>,
    code: C,
    reason: string,
  ): undefined => {
    const known = to.get(code);
    if (known) known.count++;
    else to.set(code, { count: 1, reason });
  };
  const list = <C extends string>(from: ReadonlyMap<C, { count: number; reason: string }>): Reason<C>[] =>
    Array.from(from, ([code, { count, reason }]) => ({ code, count, reason })).sort(
      (a, b) => b.count - a.count,
    );
  return {
    selected: () => void counts.selected++,
    settled(): undefined {
      counts.settled++;
    },
    undecided: () => void counts.undecided++,
    repaired(readings: number) {
      counts.repaired++;
      counts.readings += readings;
    },
    stillRejected: (code: RejectionCode, reason: string): undefined => add(rejected, code, reason),
    notReplayable: (code: "payload_cut" | "stored_reading", reason: string): undefined =>
      add(lost, code, reason),
    report: () => ({ ...counts, stillRejected: list(rejected), notReplayable: list(lost) }),
  };
}

/** Sums of several runs of one selection. */
export function addReports(a: ReplayReport, b: ReplayReport): ReplayReport {
  return {
    selected: a.selected + b.selected,
    repaired: a.repaired + b.repaired,
    readings: a.readings + b.readings,
    stillRejected: addReasons(a.stillRejected, b.stillRejected),
    undecided: a.undecided + b.undecided,
    settled: a.settled + b.settled,
    notReplayable: addReasons(a.notReplayable, b.notReplayable),
    appended: a.appended + b.appended,
    next: b.next,
  };
}

function addReasons<C extends string>(a: readonly Reason<C>[], b: readonly Reason<C>[]): Reason<C>[] {
  const sums = new Map(a.map((one) => [one.code, one]));
  for (const one of b) {
    const known = sums.get(one.code);
    sums.set(one.code, known ? { ...known, count: known.count + one.count } : one);
  }
  return [...sums.values()].sort((x, y) => y.count - x.count);
}
