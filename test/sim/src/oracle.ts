import { MESSAGES, READINGS, REJECTIONS, ROLL_UPS, type Topic } from "@kota/event-log";
import type { Message, Reading, Rejection } from "@kota/model";
import { parseScoreModel, verify } from "@kota/scoring";
import { CITY } from "./city.ts";
import { keyOf, keyOfPayload, type SimMessage } from "./messages.ts";
import type { SimLog } from "./sim-log.ts";
import type { SimStore } from "./sim-store.ts";

export const MODEL = parseScoreModel(CITY.scoreModel);

/** Watches a simulated city: at every acknowledgement and commit, and at the end. */
export class Oracle {
  readonly violations: string[] = [];
  /** How many published scores were worked out again. */
  scores = 0;
  readonly #log: () => SimLog;
  readonly #store: SimStore;
  readonly #messages: Keys<Message>;
  readonly #readings: Keys<Reading>;
  readonly #rejections: Keys<Rejection>;

  constructor(log: () => SimLog, store: SimStore) {
    this.#log = log;
    this.#store = store;
    this.#messages = new Keys(log, MESSAGES, ({ payload }) => keyOfPayload(payload));
    this.#readings = new Keys(log, READINGS, keyOf);
    this.#rejections = new Keys(log, REJECTIONS, (rejection) =>
      keyOfPayload(Buffer.from(rejection.payload, "base64")),
    );
  }

  violated(what: string): void {
    this.violations.push(what);
  }

  /** An acknowledged message is in the log. */
  acknowledged(message: SimMessage): void {
    if (!this.#messages.has(keyOf(message))) {
      this.violated(`${keyOf(message)} was acknowledged and is not in the log`);
    }
  }

  /** What a stage has committed has had its effect. */
  committed(group: string, partition: number, from: number, to: number): void {
    const log = this.#log();
    if (group === "kota.normalize") {
      for (const { payload } of log.valuesBetween(MESSAGES, partition, from, to)) {
        const key = keyOfPayload(payload);
        if (!this.#readings.has(key) && !this.#rejections.has(key)) {
          this.violated(
            `${key} was committed by normalize and is neither a reading nor a rejection in the log`,
          );
        }
      }
    } else if (group === "kota.store.readings") {
      for (const reading of log.valuesBetween(READINGS, partition, from, to)) {
        if (!this.#store.has(reading) && !this.#rejections.has(keyOf(reading))) {
          this.violated(`${keyOf(reading)} was committed by store and is neither stored nor rejected`);
        }
      }
    } else if (group === "kota.store.rejections") {
      for (const { id } of log.valuesBetween(REJECTIONS, partition, from, to)) {
        if (!this.#store.rejections.has(id)) this.violated(`rejection ${id} was committed and is not stored`);
      }
    }
  }

  /** When all is quiet: every message has met its fate, once, and there is nothing else. */
  messagesAreWhereTheyShouldBe(sent: readonly SimMessage[]): void {
    const rejected = new Set(
      [...this.#store.rejections.values()].map(({ payload }) => keyOfPayload(Buffer.from(payload, "base64"))),
    );
    const known = new Map(sent.map((message) => [keyOf(message), message]));
    for (const [key, message] of known) {
      const values = this.#store.readings.get(message.device)?.get(message.time);
      const stored = values !== undefined;
      if (stored !== (message.fate === "stored")) {
        this.violated(`${key} is ${stored ? "" : "not "}stored and should be ${message.fate}`);
      }
      if (rejected.has(key) === (message.fate === "stored")) {
        this.violated(`${key} is ${rejected.has(key) ? "" : "not "}rejected and should be ${message.fate}`);
      }
      if (stored && JSON.stringify(values) !== JSON.stringify(message.values)) {
        this.violated(
          `${key} is stored as ${JSON.stringify(values)}, sent as ${JSON.stringify(message.values)}`,
        );
      }
    }
    for (const [device, ofDevice] of this.#store.readings) {
      for (const time of ofDevice.keys()) {
        if (!known.has(keyOf({ device, time })))
          this.violated(`${device}@${time} is stored and was never sent`);
      }
    }
  }

  /** Every published score of every minute, and every closed hour, is what all readings give when worked out in one go. */
  async scoresAreThoseOfABatch(from: number, to: number, now: number): Promise<void> {
    const log = this.#log();
    const newest = new Map(log.values(ROLL_UPS).map((rollUp) => [ROLL_UPS.keyOf(rollUp), rollUp]));
    const events = verify({
      stored: {
        series: async (query) => this.#store.series(query),
        scoreHistory: async (query) => this.#store.scoreHistory(query),
      },
      model: MODEL,
      areas: CITY.areas.features.map(({ properties }) => properties),
      devices: CITY.devices,
      from,
      to,
      now,
      rollUps: [...newest.values()],
    });
    for await (const event of events) {
      if (event.kind === "done") {
        this.scores = event.scores;
        if (event.scores === 0) this.violated("no score was published");
      } else if (event.kind === "score" || event.kind === "roll-up") {
        this.violated(`a batch gives another number: ${JSON.stringify(event)}`);
      }
    }
  }
}

/** The keys of all values of a topic, read on as the topic grows. */
class Keys<T> {
  readonly #log: () => SimLog;
  readonly #topic: Topic<T>;
  readonly #keyOf: (value: T) => string;
  readonly #keys = new Set<string>();
  readonly #read = new Map<number, number>();

  constructor(log: () => SimLog, topic: Topic<T>, key: (value: T) => string) {
    this.#log = log;
    this.#topic = topic;
    this.#keyOf = key;
  }

  has(key: string): boolean {
    if (this.#keys.has(key)) return true;
    const log = this.#log();
    for (let partition = 0; partition < this.#topic.partitions; partition++) {
      const from = this.#read.get(partition) ?? 0;
      const to = log.end(this.#topic, partition);
      if (from === to) continue;
      for (const value of log.valuesBetween(this.#topic, partition, from, to))
        this.#keys.add(this.#keyOf(value));
      this.#read.set(partition, to);
    }
    return this.#keys.has(key);
  }
}
