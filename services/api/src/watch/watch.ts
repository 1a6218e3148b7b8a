import {
  type AlertRule,
  type Alerts,
  alertId,
  type CityNow,
  composeMessage,
  ended,
  HISTORY,
  hoursNeeded,
  isAbout,
  isChange,
  type MessageContext,
  maintenanceOf,
  newAlert,
  type Observation,
  observe,
  step,
} from "@kota/alerts";
import {
  findingsOf,
  type Missing,
  NO_FACTS,
  needsOf,
  peerPaces,
  type Sighting,
  sightingOf,
  type WatchedDevice,
} from "@kota/attention";
import { type EventLog, GROUPS } from "@kota/event-log";
import { type AlertRecord, type City, KotaError, messageOf, type WorkCondition } from "@kota/model";
import type { Notifier } from "@kota/notify";
import { abortable, type Clock, inSlices, type Logger, pause, retrying } from "@kota/runtime";
import type { TimeSeriesStore } from "@kota/time-series";
import type { Devices } from "../device-view.ts";
import type { LedgerView } from "../ledger-view.ts";
import type { LiveView } from "../live-view.ts";
import type { StageLag } from "../pipeline.ts";
import type { AlertBook } from "./alert-book.ts";
import { createDeliverer, type Deliverer } from "./deliverer.ts";
import { createEvidence } from "./evidence.ts";
import type { SuspectSensors } from "./suspect-sensors.ts";
import { createTurn } from "./turn.ts";
import { watchedDevices } from "./watched-devices.ts";
import type { WorkBook } from "./work-book.ts";

export interface WatchDependencies {
  readonly log: EventLog;
  readonly store: TimeSeriesStore;
  readonly city: City;
  readonly alerts: Alerts;
  readonly view: LiveView;
  readonly devices: Devices;
  readonly workBook: WorkBook;
  readonly alertBook: AlertBook;
  readonly ledger: Pick<LedgerView, "isFilled" | "missing">;
  readonly sensors: Omit<SuspectSensors, "takeReading" | "takeRejection">;
  readonly notifiers: ReadonlyMap<string, Notifier>;
  readonly pipelineLag: () => Promise<readonly StageLag[]>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often it looks. Default 5 seconds. */
  readonly everyMs?: number | undefined;
  /** So long after the start nothing counts as silent that was not before: it may not have had its chance. Default 2 minutes. */
  readonly settlingMs?: number | undefined;
}

/** Looks at the city every few seconds, keeps the work list and the alerts, and has alerts delivered. */
export interface Watch {
  /** Whether it is this process that does, of all that could. */
  readonly isActive: boolean;
  readonly deliverers: readonly Deliverer[];
  start(): void;
  stop(): Promise<void>;
}

const EVERY_MS = 5_000;
/** A look at very many devices takes its time; the next one comes later then, so that looking costs at most this part of a processor. */
const MOST_SHARE = 0.1;
const SETTLING_MS = 120_000;
const HOUR = 3_600_000;
/** How long to wait for what others wrote before it is this process's turn. */
const CATCH_UP_MS = 10_000;
/** Does the work step by step, lets the rest of the process come to its turn, and counts what it took. */
type Sliced = <T>(steps: Generator<void, T>) => Promise<T>;

// biome-ignore lint/correctness/useYield: it is one step.
function* inOne<T>(work: () => T): Generator<void, T> {
  return work();
}

const WORK_SEVERITY = { critical: 3, warning: 2, info: 1 } as const;

export function createWatch(deps: WatchDependencies): Watch {
  const { city, alerts, view, devices, workBook, alertBook, ledger, sensors, clock, logger } = deps;
  const settlingMs = deps.settlingMs ?? SETTLING_MS;
  const startedAt = clock();
  const areaNames = new Map(city.areas.features.map(({ properties: { id, name } }) => [id, name]));
  const evidence = createEvidence(deps.store);
  const observed = new Map<string, Observation>();
  const presentDevices = watchedDevices(devices, view);
  let looking: { readonly over: AbortController; readonly done: Promise<void> } | undefined;
  let trouble = "";
  const filledUntilStopped = new AbortController();
  let filling: Promise<void> | undefined;

  const context = (): Omit<MessageContext, "now"> => ({
    alerts,
    city: city.settings,
    areaNames,
    observed: (id) => observed.get(id),
  });
  const deliverers = alerts.channels.flatMap((channel) => {
    const notifier = deps.notifiers.get(channel.id);
    return notifier ? [createDeliverer({ channel, notifier, book: alertBook, context, clock, logger })] : [];
  });
  const turn = createTurn({ log: deps.log, logger, begin, end });

  function begin(): void {
    if (looking) return;
    const over = new AbortController();
    looking = { over, done: watchOver(over.signal) };
  }

  async function watchOver(signal: AbortSignal): Promise<void> {
    try {
      await retrying(() => takeOver(signal), {
        signal,
        onRetry: (error, attempt) => {
          if (attempt === 1 || attempt % 10 === 0)
            logger.warn({ err: error }, "cannot watch over the city yet");
        },
      });
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error }, "nobody watches over the city from this process");
      return;
    }
    if (signal.aborted) return;
    for (const deliverer of deliverers) deliverer.start();
    logger.info({ rules: alerts.rules.length, channels: deliverers.length }, "watching over the city");
    await look(signal);
  }

  /** What others wrote before comes first. */
  async function takeOver(signal: AbortSignal): Promise<void> {
    const books = [workBook.upToDate(CATCH_UP_MS), alertBook.upToDate(CATCH_UP_MS)];
    const current = await abortable(Promise.all(books), signal);
    if (current.includes(false)) {
      throw new KotaError("log_unavailable", "What was watched before is still being read from the log.");
    }
    alertBook.lead();
    await alertBook.forgetChannels(new Set([HISTORY, ...alerts.channels.map(({ id }) => id)]));
  }

  async function end(): Promise<void> {
    const ending = looking;
    looking = undefined;
    ending?.over.abort();
    await ending?.done;
    await Promise.all(deliverers.map((deliverer) => deliverer.stop()));
    alertBook.follow();
  }

  async function look(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let busyMs = 0;
      const sliced = async <T>(steps: Generator<void, T>): Promise<T> => {
        const part = await inSlices(steps);
        busyMs += part.busyMs;
        return part.result;
      };
      try {
        await lookOnce(signal, sliced);
        trouble = "";
      } catch (error) {
        const text = messageOf(error);
        if (text !== trouble) logger.warn({ err: error }, "could not look at the city; trying again");
        trouble = text;
      }
      await pause(Math.max(deps.everyMs ?? EVERY_MS, busyMs / MOST_SHARE), signal);
    }
  }

  async function lookOnce(signal: AbortSignal, sliced: Sliced): Promise<void> {
    if (!view.isFilled()) return;
    const now = clock();
    const present = await sliced(presentDevices());
    filling ??= sensors.fill(present, filledUntilStopped.signal).catch((error: unknown) => {
      if (!filledUntilStopped.signal.aborted) logger.error({ err: error }, "the past of sensors is not read");
    });
    const needs = await sliced(inOne(() => needsOf(present, peerPaces(present, now), now)));
    const hours = alerts.rules.flatMap((rule) => hoursNeeded(rule, present));
    // Without the store, what is known already is still told.
    await evidence.gather(needs, hours, now, signal).catch((error: unknown) => {
      if (!signal.aborted) logger.warn({ err: error }, "the time series does not say how the last day was");
    });
    if (signal.aborted) return;
    const needsLag = alerts.rules.some(({ measure }) => measure.of === "kota");
    // The scorer holds its open hours on purpose: that it has not committed them says nothing.
    const lag = needsLag ? (await deps.pipelineLag()).filter(({ group }) => group !== GROUPS.score) : [];
    const missing = ledger.isFilled() ? ledger.missing() : null;
    const cityNow: CityNow = {
      devices: present,
      scores: [...view.scores()],
      areaNames,
      missing: missing && new Map(missing.map(({ device, count }) => [device, count])),
      lag,
      hours: evidence.hours,
      now,
    };
    await judge(cityNow, new Map(present.map((device) => [device.id, device])));
    await alertBook.record();

    // Before they are looked at: what is read meanwhile is not in them yet.
    const hadSensors = sensors.isFilled;
    const suspects = await sliced(sensors.suspects(present));
    const known = { ...evidence, missing: () => missing ?? [], suspects: () => suspects };
    const findings = await sliced(inOne(() => findingsOf(present, needs, known, now)));
    const sightings = findings
      .filter(
        (finding) => finding.kind !== "silent" || hadItsChance(finding.since, finding.paceMs ?? HOUR, now),
      )
      .filter((finding) => finding.kind !== "never" || !isSettling(now))
      .map(sightingOf);
    await workBook.follow([...sightings, ...alertSightings(now)], (condition) =>
      isUnknown(condition, { needs, missing, hadSensors, now }),
    );
  }

  const isSettling = (now: number) => now - startedAt < settlingMs;

  /** A device that was last heard before kota started has to have had the time to send again. */
  function hadItsChance(lastSeen: number, waitMs: number, now: number): boolean {
    if (lastSeen >= startedAt || settlingMs === 0) return true;
    return now - startedAt >= Math.max(settlingMs, Math.min(2 * waitMs, HOUR));
  }

  function isUnknown(
    { reason, device, facts }: WorkCondition,
    look: {
      readonly needs: ReturnType<typeof needsOf>;
      readonly missing: readonly Missing[] | null;
      /** Whether the past of sensors was read when suspects were looked for. */
      readonly hadSensors: boolean;
      readonly now: number;
    },
  ): boolean {
    const { needs, missing, hadSensors, now } = look;
    if (device === null) return false;
    // What is still missing when kota comes back need not last for a while once more.
    if (reason === "missing") return missing === null || missing.some((one) => one.device === device);
    // What was held against a sensor before kota came back may not be read yet.
    if (reason === "suspect") return !hadSensors;
    if (reason === "air") {
      const { metric } = facts;
      const isAsked = needs.air.some((one) => one.device === device && one.metric === metric);
      return isAsked && metric !== null && evidence.day(device, metric) === undefined;
    }
    if (reason === "never") return isSettling(now) && devices.get(device)?.lastSeen === null;
    if (reason !== "silent") return false;
    const isQuiet = needs.quiet.find((one) => one.device === device);
    if (isQuiet === undefined) return false;
    const paceMs = evidence.pace(device);
    return paceMs === undefined || !hadItsChance(Date.parse(isQuiet.lastSeen), paceMs, now);
  }

  async function judge(cityNow: CityNow, present: ReadonlyMap<string, WatchedDevice>): Promise<void> {
    const { now } = cityNow;
    const windows = [...alerts.maintenance, ...alertBook.maintenance()];
    const about = (rule: string, seen: Pick<Observation, "area" | "kind">) =>
      maintenanceOf(windows, rule, seen, now);
    await alertBook.update(() => {
      const changed: AlertRecord[] = [];
      const seenNow = new Set<string>();
      const take = (before: AlertRecord, after: AlertRecord) => {
        if (isChange(before, after)) changed.push(after);
      };
      for (const rule of alerts.rules) {
        if (isUnknowable(rule, cityNow)) continue;
        const channels = rule.channels ?? alerts.channels.map(({ id }) => id);
        for (const seen of observe(rule, cityNow)) {
          const id = alertId(rule.id, seen.subject);
          seenNow.add(id);
          observed.set(id, seen);
          if (
            !isKnowable(rule.noDataAfterMs, rule.measure.of === "silence" ? rule.threshold : null, seen, now)
          )
            continue;
          const before = alertBook.alert(id) ?? newAlert(rule.id, seen.subject, now);
          take(before, step(rule, before, seen, { now, maintenance: about(rule.id, seen), channels }));
        }
      }
      for (const before of alertBook.alerts()) {
        if (seenNow.has(before.id)) continue;
        const rule = alerts.rules.find(({ id }) => id === before.rule);
        if (rule !== undefined && isUnknowable(rule, cityNow)) continue;
        const seen = observed.get(before.id) ?? { area: null, kind: null };
        const channels = rule?.channels ?? alerts.channels.map(({ id }) => id);
        const circumstances = { now, maintenance: about(before.rule, seen), channels };
        // No score, or no value of a device that is there: no data, and no end.
        const isForAWhile = rule !== undefined && isStillAsked(rule, before.subject, present);
        if (isForAWhile && isSettling(now)) continue;
        take(
          before,
          isForAWhile
            ? step(rule, before, { value: null, time: null }, circumstances)
            : ended(before, circumstances),
        );
      }
      for (const id of observed.keys()) if (!seenNow.has(id) && !alertBook.alert(id)) observed.delete(id);
      return changed;
    });
  }

  /** What is old because kota was away says nothing yet. */
  function isKnowable(
    noDataAfterMs: number | null,
    silenceMs: number | null,
    seen: Observation,
    now: number,
  ): boolean {
    if (silenceMs !== null) return hadItsChance(now - (seen.value ?? 0), silenceMs / 2, now);
    const isStale = noDataAfterMs !== null && (seen.time === null || now - seen.time > noDataAfterMs);
    return !isStale || !isSettling(now);
  }

  function alertSightings(now: number): Sighting[] {
    const rules = new Map(alerts.rules.filter(({ work }) => work).map((rule) => [rule.id, rule]));
    const sightings: Sighting[] = [];
    if (rules.size === 0) return sightings;
    for (const alert of alertBook.alerts()) {
      const rule = rules.get(alert.rule);
      if (!rule || !alert.active) continue;
      const seen = observed.get(alert.id);
      const value = seen?.value ?? alert.value;
      const at = alert.firingSince ?? now;
      const event = {
        id: alert.id,
        rule: rule.id,
        subject: alert.subject,
        from: "ok",
        to: "firing",
        at,
        value,
        news: "firing",
        maintenance: null,
      } as const;
      const [notice] = composeMessage([{ alert, event }], { ...context(), now }).alerts;
      sightings.push({
        id: `alert:${alert.id}`,
        reason: "alert",
        device: seen?.device ?? null,
        area: seen?.area ?? null,
        severity: WORK_SEVERITY[rule.severity],
        excess: value === null || rule.threshold === 0 ? 1 : Math.abs(value / rule.threshold),
        facts: {
          ...NO_FACTS,
          metric: rule.measure.of === "metric" ? rule.measure.metric : null,
          value,
          time: seen?.time ?? alert.valueTime,
          limit: rule.threshold,
          crossedSince: at,
          rule: rule.id,
          title: rule.title,
          text: notice?.text ?? null,
        },
      });
    }
    return sightings;
  }

  let timer: NodeJS.Timeout | undefined;
  return {
    get isActive() {
      return looking !== undefined;
    },
    deliverers,
    start() {
      timer = setInterval(() => workBook.passTime(), deps.everyMs ?? EVERY_MS);
      turn.start();
    },
    async stop() {
      clearInterval(timer);
      filledUntilStopped.abort();
      await turn.stop();
      await filling;
    },
  };
}

/** The ledger is still being read from the log: what it says of anything is not known. */
function isUnknowable({ measure }: AlertRule, { missing }: CityNow): boolean {
  return measure.of === "ledger" && missing === null;
}

function isStillAsked(
  rule: AlertRule,
  subject: string,
  present: ReadonlyMap<string, WatchedDevice>,
): boolean {
  if (rule.measure.of === "score") return rule.areas === null || rule.areas.includes(subject);
  const device = present.get(subject);
  return rule.measure.of !== "kota" && device !== undefined && isAbout(rule, device);
}
