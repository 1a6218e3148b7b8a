import {
  type Consumer,
  type EventLog,
  GROUPS,
  type Lag,
  LEDGER,
  READINGS,
  REJECTIONS,
  readTopic,
} from "@kota/event-log";
import { Accounts, type Closing, HOUR_MS, type Knowledge, type Question } from "@kota/ledger";
import { type LedgerRecord, messageOf } from "@kota/model";
import {
  abortable,
  type Clock,
  inSlices,
  type Logger,
  type Metrics,
  pause,
  retrying,
  type Service,
} from "@kota/runtime";
import type { TimeSeriesStore } from "@kota/time-series";
import { type Count, planOf } from "./plan.ts";

export interface LedgerDependencies {
  /** With the topics that kota uses already there. */
  readonly log: EventLog;
  readonly store: Pick<TimeSeriesStore, "countByHour" | "readingTimes">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, "ledgerDifference" | "ledgerPending" | "retries">;
  /** The time series is asked so often. Milliseconds, default 10,000. */
  readonly intervalMs?: number;
  /** An hour is closed when it is over and nothing came for so long. Milliseconds, default 5 minutes. */
  readonly graceMs?: number;
  /** Open hours are handed to the log as they stand so often. Milliseconds, default 30,000. */
  readonly showMs?: number;
  /** See `AccountsOptions`. Default 8 million times (about 100 MB) and a million closed hours (about 250 MB). */
  readonly maxTimes?: number;
  readonly maxRecords?: number;
}

/** What the stage that stores readings has under way when a question comes is done with after about so long, or is left for later. */
const PATIENCE_MS = 3000;
const LOOK_EVERY_MS = 20;
const MOST_LATE = 50;
/** In a city of 100,000 devices a record for each of them would be as many as there are readings. */
const MOST_SHOWN = 5000;
const MOST_CLOSED = 5000;
const VERIFIED_HOURS = 2;

/** All that belongs to one assignment of the partitions. */
interface Reign {
  readonly accounts: Accounts;
  readonly over: AbortController;
  readonly committed: Map<number, number>;
  committedRejections: number;
  rejections: Consumer | undefined;
  shownAt: number;
  /** Hours still to be verified in this turn. */
  verify: number[];
  round: Promise<void> | undefined;
}

/**
 * Counts what comes against what is stored, for ever.
 *
 * It reads readings and rejections from the log in groups of its own and never what the stages say of themselves. What
 * should be stored is compared with what the time series has, once the group of the stage that stores has committed it: before
 * that it is pending, after that it is missing. One member of the group is active and has all partitions.
 */
export function createLedger(deps: LedgerDependencies): Service {
  const { log, store, clock, metrics, intervalMs = 10_000, graceMs = 300_000, showMs = 30_000 } = deps;
  const { maxTimes = 8_000_000, maxRecords = 1_000_000 } = deps;
  const logger = deps.logger.child({ service: "ledger" });
  let consumer: Consumer | undefined;
  let reign: Reign | undefined;
  let over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let problem: string | undefined;
  let difference = 0;
  let stopped = false;

  const onError = (error: unknown) => {
    metrics.retries.inc({ service: "ledger" });
    logger.warn({ err: error }, "the log did not answer; trying again");
  };

  const steadily = <T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> =>
    retrying(attempt, {
      signal,
      onRetry: (error) => {
        problem = `The ledger waits for the log: ${messageOf(error)}`;
        onError(error);
      },
    }).then((result) => {
      problem = undefined;
      return result;
    });

  async function begin(): Promise<void> {
    await end();
    over = new AbortController();
    const { signal } = over;
    const accounts = new Accounts({ graceMs, maxTimes, maxRecords });
    await steadily(async () => {
      await readTopic(log, LEDGER, (values) => {
        for (const record of values) accounts.restore(record);
      });
    }, signal);
    const lags = await steadily(() => log.lag(READINGS, GROUPS.ledgerReadings), signal);
    const [rejections] = await steadily(() => log.lag(REJECTIONS, GROUPS.ledgerRejections), signal);
    const started: Reign = {
      accounts,
      over,
      committed: new Map(lags.map(({ partition, committed }) => [partition, committed])),
      committedRejections: rejections?.committed ?? 0,
      rejections: undefined,
      shownAt: clock(),
      verify: [],
      round: undefined,
    };
    started.rejections = await steadily(
      () =>
        log.consume(REJECTIONS, {
          group: GROUPS.ledgerRejections,
          assignment: "single",
          commit: "manual",
          onBatch: async (batch) => {
            await roomIn(started);
            accounts.takeRejections(batch, clock());
          },
          onError,
        }),
      signal,
    );
    reign = started;
    schedule(started);
  }

  async function end(): Promise<void> {
    const ending = reign;
    reign = undefined;
    over.abort();
    clearTimeout(timer);
    await ending?.round?.catch(() => undefined);
    await ending?.rejections?.stop();
  }

  /** While open hours hold too much nothing more is taken: the log keeps it. */
  async function roomIn(of: Reign): Promise<void> {
    while (of.accounts.isFull && !of.over.signal.aborted) {
      // One in its turn makes no room: to wait for that one alone, again and again, would be for ever.
      await of.round;
      await roundOf(of, true);
      if (of.accounts.isFull) await pause(intervalMs, of.over.signal);
    }
  }

  function schedule(of: Reign): void {
    if (stopped || of.over.signal.aborted) return;
    timer = setTimeout(() => void roundOf(of, false).finally(() => schedule(of)), intervalMs);
    timer.unref();
  }

  /** One at a time. It never rejects. */
  function roundOf(of: Reign, pressed: boolean): Promise<void> {
    of.round ??= round(of, pressed)
      .catch((error: unknown) => {
        if (!of.over.signal.aborted) logger.warn({ err: error }, "the ledger was not compared; trying again");
      })
      .finally(() => {
        of.round = undefined;
      });
    return of.round;
  }

  async function round(of: Reign, pressed: boolean): Promise<void> {
    const questions = of.accounts.questions();
    const known = await whatIsStored(of);
    const changedSince = questions.filter(
      ({ hour }) => hour.checkedVersion !== hour.version && hour.device !== null,
    );
    const late = changedSince.filter(({ hour }) => hour.needsTimes);
    const plan = planOf(changedSince.filter(({ hour }) => !hour.needsTimes));
    const verified = hoursToVerify(of, questions, plan);
    const answers = await Promise.all(
      [...plan, ...verified].map(async (count) => ({
        count,
        found: await abortable(store.countByHour(count), of.over.signal),
      })),
    );
    const times = await Promise.all(
      late.slice(0, MOST_LATE).map(async (question) => ({ question, found: await timesOf(question, of) })),
    );
    // While nothing more is taken the log's end cannot be reached.
    const isComplete = !pressed && (await hasAllReadings(of));
    const knowledge: Knowledge = { ...known, isComplete, now: clock() };
    if (of.over.signal.aborted) return;
    const changed: LedgerRecord[] = [];
    for (const { count, found } of answers)
      changed.push(...(await inSlices(settle(of.accounts, questions, count, found, knowledge))).result);
    for (const { question, found } of times) of.accounts.answerLate(question, found, knowledge, pressed);
    for (const question of questions) {
      if (question.hour.device === null) of.accounts.answer(question, 0, knowledge);
    }
    if (changed.length > 0) await append(of, changed);
    await close(of, pressed);
    await show(of);
    await commit(of);
    tell(of);
  }

  function timesOf({ hour }: Question, of: Reign): Promise<readonly number[]> {
    const query = { device: hour.device ?? "", from: hour.hour, to: hour.hour + HOUR_MS };
    return abortable(store.readingTimes(query), of.over.signal);
  }

  /** What the stage that stores has committed. It is given a moment for what it has under way. */
  async function whatIsStored(of: Reign): Promise<Pick<Knowledge, "committed" | "hasRejections">> {
    const taken = [...of.committed.keys()].map((partition) => of.accounts.position(partition) ?? 0);
    const isStored = (lags: readonly Lag[]) => lags.every(({ committed }, n) => committed >= (taken[n] ?? 0));
    let lags = await log.lag(READINGS, GROUPS.storeReadings);
    const until = clock() + PATIENCE_MS;
    while (!isStored(lags) && clock() < until && !of.over.signal.aborted) {
      await pause(10 * LOOK_EVERY_MS, of.over.signal);
      lags = await log.lag(READINGS, GROUPS.storeReadings);
    }
    const [rejections] = await log.lag(REJECTIONS, GROUPS.ledgerRejections);
    const end = rejections?.end ?? 0;
    const position = () => Math.max(of.accounts.rejectionsPosition, of.committedRejections);
    const hasRejections = await comes(of, () => position() >= end);
    return {
      committed: new Map(lags.map(({ partition, committed }) => [partition, committed])),
      hasRejections,
    };
  }

  async function hasAllReadings(of: Reign): Promise<boolean> {
    const lags = await log.lag(READINGS, GROUPS.ledgerReadings);
    const position = (partition: number) =>
      Math.max(of.accounts.position(partition) ?? 0, of.committed.get(partition) ?? 0);
    return comes(of, () => lags.every(({ partition, end: last }) => position(partition) >= last));
  }

  async function comes(of: Reign, holds: () => boolean): Promise<boolean> {
    const until = clock() + PATIENCE_MS;
    while (!holds()) {
      // What is full takes nothing: waiting for it would be in vain.
      if (clock() > until || of.accounts.isFull || of.over.signal.aborted) return false;
      await pause(LOOK_EVERY_MS, of.over.signal);
    }
    return true;
  }

  /** All hours are looked at in turns, so that what is deleted from the time series later is missed too. */
  function hoursToVerify(of: Reign, questions: readonly Question[], plan: readonly Count[]): Count[] {
    if (of.verify.length === 0) {
      const hours = new Set([...of.accounts.closedHours(), ...questions.map(({ hour }) => hour.hour)]);
      of.verify = [...hours].sort((a, b) => b - a);
    }
    const hours = of.verify.splice(0, VERIFIED_HOURS);
    return hours
      .filter((hour) => !plan.some(({ from, device }) => from === hour && device === undefined))
      .map((hour) => ({ from: hour, to: hour + HOUR_MS }));
  }

  async function close(of: Reign, pressed: boolean): Promise<void> {
    const { accounts } = of;
    let due = accounts.due(clock(), MOST_CLOSED);
    while (due.length > 0) {
      await closeAll(of, due);
      due = accounts.due(clock(), MOST_CLOSED);
    }
    if (pressed) await closeAll(of, accounts.dueForRoom());
  }

  async function closeAll(of: Reign, closing: readonly Closing[]): Promise<void> {
    const records = closing.map(({ record }) => record);
    if (records.length > 0) await append(of, records);
    for (const { hour, record } of closing) of.accounts.close(hour, record);
  }

  async function show(of: Reign): Promise<void> {
    if (clock() - of.shownAt < showMs) return;
    of.shownAt = clock();
    const records: LedgerRecord[] = [];
    for (const hour of of.accounts.openHours()) {
      if (records.length >= MOST_SHOWN) break;
      if (!hour.isShown) {
        records.push(hour.record(true));
        hour.shown();
      }
    }
    if (records.length > 0) await append(of, records);
  }

  function append(of: Reign, records: readonly LedgerRecord[]): Promise<void> {
    return steadily(() => log.append(LEDGER, records), of.over.signal);
  }

  async function commit(of: Reign): Promise<void> {
    const { readings, rejections } = of.accounts.restartOffsets();
    for (const [partition, offset] of readings) {
      if (of.over.signal.aborted || (of.committed.get(partition) ?? 0) >= offset) continue;
      await consumer?.commit(partition, offset);
      of.committed.set(partition, offset);
    }
    if (rejections > of.committedRejections) {
      await of.rejections?.commit(0, rejections);
      of.committedRejections = rejections;
    }
  }

  function tell(of: Reign): void {
    const totals = of.accounts.totals();
    metrics.ledgerDifference.set(totals.difference);
    metrics.ledgerPending.set(totals.pending);
    if (totals.difference === difference) return;
    if (totals.difference > difference) {
      logger.warn(
        { difference: totals.difference, before: difference },
        "readings that came are neither stored nor rejected: 'kota ledger --differences' says of which devices and hours",
      );
    } else
      logger.info(
        { difference: totals.difference, before: difference },
        "the ledger's difference became smaller",
      );
    difference = totals.difference;
  }

  return {
    name: "ledger",
    async start() {
      consumer = await log.consume(READINGS, {
        group: GROUPS.ledgerReadings,
        assignment: "single",
        commit: "manual",
        onAssigned: begin,
        onRevoked: end,
        onBatch: async (batch) => {
          if (!reign) return;
          await roomIn(reign);
          reign.accounts.takeReadings(batch, clock());
        },
        onError,
      });
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      over.abort();
      await reign?.round;
      await consumer?.stop();
      await end();
    },
    notReady: () => (problem === undefined ? [] : [problem]),
  };
}

/** Device hours looked at between two chances for everything else in the process. */
const STEP = 500;

/** Closed hours that turned out to be others now. What comes between two steps changes the version of its hour. */
function* settle(
  accounts: Accounts,
  questions: readonly Question[],
  { from, to, device }: Count,
  found: readonly { readonly device: string; readonly hour: number; readonly count: number }[],
  known: Knowledge,
): Generator<void, LedgerRecord[]> {
  const counts = new Map<number, Map<string, number>>();
  for (const { device: id, hour, count } of found) {
    const ofHour = counts.get(hour) ?? new Map<string, number>();
    counts.set(hour, ofHour.set(id, count));
  }
  const countOf = (of: string, hour: number) => counts.get(hour)?.get(of) ?? 0;
  let looked = 0;
  for (const question of questions) {
    if (++looked % STEP === 0) yield;
    const { hour } = question;
    const isAsked = hour.hour >= from && hour.hour < to && (device === undefined || device === hour.device);
    if (isAsked && hour.device !== null && !hour.needsTimes)
      accounts.answer(question, countOf(hour.device, hour.hour), known);
  }
  const changed: LedgerRecord[] = [];
  for (const record of accounts.closed({ device, from, to })) {
    if (++looked % STEP === 0) yield;
    if (record.device === null) continue;
    const now = accounts.verify(record.device, record.hour, countOf(record.device, record.hour), known);
    if (now) changed.push(now);
  }
  return changed;
}
