import { MESSAGES, READINGS, REJECTIONS, SCORES, TOPICS } from "@kota/event-log";
import { createLogger, createMetrics, type Service } from "@kota/runtime";
import { createIntake } from "@kota/service-ingest";
import { createNormalize } from "@kota/service-normalize";
import { createScore } from "@kota/service-score";
import { createStore } from "@kota/service-store";
import { CITY } from "./city.ts";
import { messagesOf } from "./messages.ts";
import { MODEL, Oracle } from "./oracle.ts";
import { SimProcess } from "./process.ts";
import { Random } from "./random.ts";
import { CALM, Session, type Weather } from "./session.ts";
import { type FeedSabotage, SimBroker } from "./sim-broker.ts";
import { type LogSabotage, SimLog } from "./sim-log.ts";
import { SimStore } from "./sim-store.ts";
import { VirtualTime } from "./virtual-time.ts";

export type Sabotage = LogSabotage | FeedSabotage;

export const SABOTAGES: readonly Sabotage[] = [
  "acknowledges-early",
  "acknowledges-in-any-order",
  "commits-early",
  "forgets-appends",
  "commits-open-hours",
];

export interface SeedResult {
  readonly seed: number;
  readonly messages: number;
  /** Virtual. */
  readonly hours: number;
  readonly crashes: number;
  readonly restarts: number;
  /** Published scores that were worked out again. */
  readonly scores: number;
  /** Copies in the log beyond the first. */
  readonly logDuplicates: number;
  /** Empty: everything held. */
  readonly violations: readonly string[];
}

const BEGIN = Date.UTC(2026, 0, 2, 12, 20);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const QUIET_WITHIN = HOUR;
const MANY = 20;

// One for all: what they count is not looked at, and making them costs more than a seed.
const metrics = createMetrics();
const logger = createLogger({ level: process.env.SIM_LOG ?? "silent", format: "json" });

/** A day or so of a small city in which much goes wrong, from a seed alone. */
export async function runSeed(seed: number, sabotage: Sabotage | null = null): Promise<SeedResult> {
  const random = new Random(seed);
  const time = new VirtualTime(BEGIN);
  time.install(() => random.next());
  const onRejection = (error: unknown) =>
    oracle.violated(`a promise was rejected and nobody cared: ${String(error)}`);
  process.on("unhandledRejection", onRejection);

  const weather: Weather = {
    crash: random.of([0, 0.001, 0.003, 0.01]),
    fail: random.of([0, 0.01, 0.05, 0.2]),
    loseAnswer: random.of([0, 0.01, 0.05]),
    slow: random.of([0, 0.002, 0.01]),
    latency: random.of([2, 20, 200]),
  };
  let now = weather;
  const longestAway = random.of([1000, MINUTE, 10 * MINUTE]);
  const spanMs = random.chance(0.9) ? random.between(HOUR, 4 * HOUR) : random.between(10 * HOUR, 30 * HOUR);
  const slideMs = Math.max(2 * MINUTE, spanMs / 30);

  const store = new SimStore(random);
  const oracle = new Oracle(() => log, store);
  const log = new SimLog({
    time,
    random,
    sabotage: logSabotage(sabotage),
    onCommit: (group, _topic, partition, from, to) => oracle.committed(group, partition, from, to),
  });
  const clock = () => time.now;
  const broker = new SimBroker({
    now: clock,
    random,
    sabotage: feedSabotage(sabotage),
    onAcknowledged: (message) => oracle.acknowledged(message),
    onDisorder: (what) => oracle.violated(what),
  });
  const common = { city: CITY, logger, metrics };
  const newProcess = (name: string, start: (session: Session) => Promise<Service>, gone = () => {}) =>
    new SimProcess({
      name,
      start,
      newSession: (onCrash) => new Session(time, random, () => now, onCrash),
      onGone: (session) => {
        log.forget(session);
        gone();
      },
      restartAfterMs: () => 100 + random.next() * longestAway,
    });
  const starting = async (service: Service) => {
    await service.start();
    return service;
  };
  const serviceProcess = (name: string, make: (session: Session) => Service) =>
    newProcess(name, (session) => starting(make(session)));

  const ingest = newProcess(
    "ingest",
    async (session) => {
      const intake = createIntake({
        log: log.open(session),
        maxPayloadBytes: CITY.settings.limits.maxPayloadBytes,
        maxWaiting: 50,
        source: "mqtt",
        clock,
        logger,
        metrics,
      });
      broker.connect(session, intake);
      return {
        name: "ingest",
        start: async () => {},
        stop: async () => {
          broker.disconnect();
          await intake.drained(5000);
          intake.stop();
        },
        notReady: () => [],
      };
    },
    () => broker.disconnect(),
  );
  const normalize = (session: Session) => createNormalize({ ...common, clock, log: log.open(session) });
  const storing = (session: Session) =>
    createStore({ ...common, clock, log: log.open(session), store: store.open(session) });
  const score = (session: Session) =>
    createScore({
      ...common,
      log: log.open(session),
      store: store.open(session),
      model: MODEL,
      slideMs,
      intervalMs: 2000,
      clock,
    });
  const processes = [
    ingest,
    serviceProcess("normalize", normalize),
    serviceProcess("store", storing),
    serviceProcess("score", score),
    ...(random.chance(0.3) ? [serviceProcess("normalize-2", normalize)] : []),
    ...(random.chance(0.3) ? [serviceProcess("store-2", storing)] : []),
    ...(random.chance(0.3) ? [serviceProcess("score-2", score)] : []),
  ];

  const incidents = [
    () => {
      log.downUntil = time.now + random.next() * 5 * MINUTE;
    },
    () => {
      store.downUntil = time.now + random.next() * 5 * MINUTE;
    },
    () => log.shuffle(),
    () => broker.breakConnection(),
    () => random.of(processes).crash(),
    () => random.of(processes).crash(),
    () => void random.of(processes).restart(),
  ];

  const lagging = () =>
    log.behind("kota.normalize", MESSAGES) +
    log.behind("kota.store.readings", READINGS) +
    log.behind("kota.store.rejections", REJECTIONS) +
    log.behind("kota.store.scores", SCORES);

  const messages = messagesOf(CITY.devices, random, BEGIN, spanMs);
  try {
    await log
      .open(
        new Session(
          time,
          random,
          () => CALM,
          () => {},
        ),
      )
      .ensureTopics(TOPICS);
    for (const process of processes) process.start();
    for (const message of messages) setTimeout(() => broker.publish(message), message.sentAt - BEGIN);
    for (let n = random.below(20); n > 0; n--) setTimeout(random.of(incidents), random.next() * spanMs);
    const passed = async (ms: number) => {
      // The rest of a seed that went wrong is of no interest.
      for (let left = ms; left > 0 && oracle.violations.length < MANY; left -= slideMs) {
        await time.pass(Math.min(left, slideMs));
        if (random.chance(0.7)) log.compact();
      }
    };
    await passed(spanMs + 2 * MINUTE);

    now = CALM;
    log.downUntil = store.downUntil = 0;
    const healed = time.now;
    const quiet = () => processes.every(({ running }) => running) && broker.waiting === 0 && lagging() === 0;
    const sent = messages.at(-1)?.sentAt ?? 0;
    while ((!quiet() || time.now < sent + MINUTE) && time.now < Math.max(healed, sent) + QUIET_WITHIN) {
      await time.pass(10_000);
    }
    if (!quiet()) {
      oracle.violated(
        `an hour after the last fault ${broker.waiting} messages are unacknowledged, ${lagging()} records not dealt with`,
      );
    }
    oracle.messagesAreWhereTheyShouldBe(messages);
    // Minutes are settled and late hours corrected as the windows slide on.
    const settled = time.now;
    await time.pass(4 * slideMs + 20 * MINUTE);
    await oracle.scoresAreThoseOfABatch(
      BEGIN - (BEGIN % HOUR) - 6 * HOUR,
      settled - (settled % HOUR),
      time.now,
    );
  } finally {
    for (const process of processes) process.end();
    await time.pass(0);
    process.off("unhandledRejection", onRejection);
    time.uninstall();
  }
  const logged = log.values(MESSAGES).length;
  return {
    seed,
    messages: messages.length,
    hours: (time.now - BEGIN) / HOUR,
    crashes: processes.reduce((sum, { crashes }) => sum + crashes, 0) - processes.length,
    restarts: processes.reduce((sum, { restarts }) => sum + restarts, 0),
    scores: oracle.scores,
    logDuplicates: logged - messages.length,
    violations: oracle.violations,
  };
}

function logSabotage(sabotage: Sabotage | null): LogSabotage | null {
  return sabotage === "commits-early" || sabotage === "forgets-appends" || sabotage === "commits-open-hours"
    ? sabotage
    : null;
}

function feedSabotage(sabotage: Sabotage | null): FeedSabotage | null {
  return sabotage === "acknowledges-early" || sabotage === "acknowledges-in-any-order" ? sabotage : null;
}
