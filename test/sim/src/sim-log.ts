import type {
  Batch,
  BatchRecord,
  ConsumeOptions,
  Consumer,
  EventLog,
  Tail,
  Topic,
  TopicSettings,
} from "@kota/event-log";
import { fnv1a, KotaError } from "@kota/model";
import type { Random } from "./random.ts";
import type { Peer, Session } from "./session.ts";
import type { VirtualTime } from "./virtual-time.ts";

interface StoredRecord {
  readonly offset: number;
  readonly key: string | null;
  readonly bytes: Uint8Array;
  readonly appendedAt: number;
}

interface SimPartition {
  records: StoredRecord[];
  end: number;
}

interface SimTopic {
  readonly settings: TopicSettings;
  readonly partitions: readonly SimPartition[];
}

/** A partition in the hands of a member. */
interface Share {
  readonly partition: number;
  lost: boolean;
}

interface Member {
  readonly session: Session;
  readonly shares: Map<number, Share>;
  readonly single: boolean;
  readonly gain: (partitions: readonly number[]) => void;
  readonly lose: (shares: readonly Share[]) => void;
}

interface Group {
  readonly topic: string;
  readonly committed: Map<number, number>;
  members: Member[];
}

/** How the log is broken on purpose, to see that the oracle notices. */
export type LogSabotage = "commits-early" | "forgets-appends" | "commits-open-hours";

export interface SimLogOptions {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly sabotage: LogSabotage | null;
  /** Called when a group has committed: everything before the offset has to be dealt with. */
  readonly onCommit: (group: string, topic: string, partition: number, from: number, to: number) => void;
}

const SESSION_TIMEOUT_MS = 10_000;
const RETRY_MS = { first: 50, last: 5000 };
const READ_RECORDS = 50;

/** The log of a whole simulated city, which no crash touches. Each process has a view of it, see {@link SimLog.open}. */
export class SimLog implements Peer {
  readonly name = "the log";
  readonly unavailable = "log_unavailable";
  downUntil = 0;
  readonly #options: SimLogOptions;
  readonly #topics = new Map<string, SimTopic>();
  readonly #groups = new Map<string, Group>();
  /** A fifth of a life's processor time is decoding again; kota's own embedded log gives out the same values to many, too. */
  readonly #decoded = new WeakMap<Uint8Array, unknown[]>();
  #wakers: (() => void)[] = [];

  constructor(options: SimLogOptions) {
    this.#options = options;
  }

  open(session: Session): EventLog {
    const lastAppend = new Map<string, Promise<unknown>>();
    return {
      ensureTopics: async (topics) => {
        for (const settings of topics) this.#ensure(settings);
      },
      append: (topic, values) => {
        // Appends of one process to one topic arrive in the order in which they were made.
        const turn = (lastAppend.get(topic.name) ?? Promise.resolve()).then(() =>
          this.#append(session, topic, values),
        );
        lastAppend.set(
          topic.name,
          turn.catch(() => {}),
        );
        return turn;
      },
      consume: (topic, options) => this.#consume(session, topic, options),
      tail: (topic, { onBatch }) => this.#tail(session, topic, onBatch),
      lag: (topic, group) =>
        session.ask(this, () =>
          this.#topic(topic.name).partitions.map(({ end }, partition) => ({
            partition,
            committed: this.committed(group, partition),
            end,
          })),
        ),
      check: () => session.ask(this, () => undefined),
      close: async () => {},
    };
  }

  #decode<T>(topic: Topic<T>, bytes: Uint8Array): readonly T[] {
    let values = this.#decoded.get(bytes) as T[] | undefined;
    if (!values) {
      values = topic.codec.decode(bytes);
      this.#decoded.set(bytes, values);
    }
    return values;
  }

  /** Everything that a topic has. */
  values<T>(topic: Topic<T>): T[] {
    return this.#topic(topic.name).partitions.flatMap(({ records }) =>
      records.flatMap(({ bytes }) => this.#decode(topic, bytes)),
    );
  }

  valuesBetween<T>(topic: Topic<T>, partition: number, from: number, to: number): T[] {
    const records = this.#topic(topic.name).partitions[partition]?.records ?? [];
    return records
      .filter(({ offset }) => offset >= from && offset < to)
      .flatMap(({ bytes }) => this.#decode(topic, bytes));
  }

  end(topic: TopicSettings, partition: number): number {
    return this.#topic(topic.name).partitions[partition]?.end ?? 0;
  }

  committed(group: string, partition: number): number {
    return this.#groups.get(group)?.committed.get(partition) ?? 0;
  }

  behind(group: string, topic: TopicSettings): number {
    return this.#topic(topic.name).partitions.reduce(
      (sum, { end }, partition) => sum + end - this.committed(group, partition),
      0,
    );
  }

  /** A process is gone. Its groups notice after the session timeout at the latest. */
  forget(session: Session): void {
    const noticedAfter = this.#options.random.next() * SESSION_TIMEOUT_MS;
    setTimeout(() => {
      for (const group of this.#groups.values()) {
        const before = group.members.length;
        group.members = group.members.filter((member) => member.session !== session);
        if (group.members.length < before) this.#rebalance(group);
      }
    }, noticedAfter);
  }

  /** Partitions change hands for no reason. */
  shuffle(): void {
    for (const group of this.#groups.values()) {
      for (const member of group.members) {
        const lost = [...member.shares.values()];
        member.shares.clear();
        for (const share of lost) share.lost = true;
        if (lost.length > 0) member.lose(lost);
      }
      group.members.reverse();
      this.#rebalance(group);
    }
  }

  /** Of compacted topics, records that a newer one of the same key replaces go. */
  compact(): void {
    for (const { settings, partitions } of this.#topics.values()) {
      if (settings.cleanup === "delete") continue;
      for (const partition of partitions) {
        const newest = new Map(partition.records.map(({ key, offset }) => [key, offset]));
        const before = this.#options.time.now - (settings.compactAfterMs ?? 0);
        partition.records = partition.records.filter(
          ({ key, offset, appendedAt }) => newest.get(key) === offset || appendedAt > before,
        );
      }
    }
  }

  #ensure(settings: TopicSettings): void {
    if (this.#topics.has(settings.name)) return;
    const partitions = Array.from({ length: settings.partitions }, () => ({ records: [], end: 0 }));
    this.#topics.set(settings.name, { settings, partitions });
  }

  #topic(name: string): SimTopic {
    const topic = this.#topics.get(name);
    if (!topic) throw new KotaError("log_refused", `there is no topic ${name}`);
    return topic;
  }

  async #append<T>(session: Session, topic: Topic<T>, values: readonly T[]): Promise<void> {
    const { settings, partitions } = this.#topic(topic.name);
    const compacted = settings.cleanup !== "delete";
    const records = new Map<string, { key: string | null; partition: number; values: T[] }>();
    for (const value of values) {
      const key = topic.keyOf(value);
      const partition = fnv1a(key) % partitions.length;
      const id = compacted ? key : String(partition);
      const record = records.get(id);
      if (record === undefined) records.set(id, { key: compacted ? key : null, partition, values: [value] });
      else if (compacted) record.values = [value];
      else record.values.push(value);
    }
    const encoded = [...records.values()].map(({ key, partition, values: group }) => ({
      key,
      partition,
      bytes: topic.codec.encode(group),
    }));
    const land = (some: typeof encoded) => {
      for (const { key, partition, bytes } of some) {
        const into = partitions[partition];
        if (into) into.records.push({ offset: into.end++, key, bytes, appendedAt: this.#options.time.now });
      }
      this.#wake();
    };
    const forgets = this.#options.sabotage === "forgets-appends" && this.#options.random.chance(0.02);
    await session.call(
      this,
      () => land(forgets ? [] : encoded),
      () => land(encoded.filter(() => this.#options.random.chance(0.5))),
    );
  }

  async #consume<T>(session: Session, topic: Topic<T>, options: ConsumeOptions<T>): Promise<Consumer> {
    const { name } = topic;
    let group = this.#groups.get(options.group);
    if (!group) {
      group = { topic: name, committed: new Map(), members: [] };
      this.#groups.set(options.group, group);
    }
    const joinedGroup = group;
    let handedOver: Promise<unknown> = Promise.resolve();
    const reading = new Set<Promise<void>>();
    const member: Member = {
      session,
      shares: new Map(),
      single: options.assignment === "single",
      // As with Kafka, who gains a partition does not wait for who lost it.
      gain: (partitions) => {
        const shares = partitions.map((partition): Share => ({ partition, lost: false }));
        for (const share of shares) member.shares.set(share.partition, share);
        handedOver = handedOver.then(() => take(shares));
      },
      lose: (lost) => {
        handedOver = handedOver
          .then(() => options.onRevoked?.(lost.map(({ partition }) => partition)))
          .catch((error: unknown) => options.onError?.(error));
      },
    };
    const take = async (shares: readonly Share[]): Promise<void> => {
      const still = () => shares.filter(({ lost }) => !lost);
      await this.#untiring(
        async () => options.onAssigned?.(still().map(({ partition }) => partition)),
        options.onError,
        () => session.alive && still().length > 0,
      );
      for (const share of still()) {
        const read = this.#read(session, topic, options, joinedGroup, share).finally(() =>
          reading.delete(read),
        );
        reading.add(read);
      }
    };
    await session.call(this, () => {
      joinedGroup.members.push(member);
      this.#rebalance(joinedGroup);
    });
    return {
      commit: async (partition, offset) => {
        const share = member.shares.get(partition);
        if (!share) throw new KotaError("log_refused", `partition ${partition} is another member's`);
        await session.call(this, () => this.#commit(options.group, joinedGroup, share, offset));
      },
      stop: async () => {
        const shares = [...member.shares.values()];
        for (const share of shares) share.lost = true;
        this.#wake();
        await Promise.all(reading);
        if (!session.alive) return;
        joinedGroup.members = joinedGroup.members.filter((each) => each !== member);
        this.#rebalance(joinedGroup);
      },
    };
  }

  #rebalance(group: Group): void {
    const { members } = group;
    const wanted = new Map(members.map((member) => [member, new Set<number>()]));
    const partitions = this.#topic(group.topic).partitions.length;
    for (let partition = 0; partition < partitions; partition++) {
      const owner = members[0]?.single ? members[0] : members[partition % Math.max(1, members.length)];
      if (owner) wanted.get(owner)?.add(partition);
    }
    for (const [member, want] of wanted) {
      const lost = [...member.shares.values()].filter(({ partition }) => !want.has(partition));
      for (const share of lost) {
        share.lost = true;
        member.shares.delete(share.partition);
      }
      if (lost.length > 0) member.lose(lost);
    }
    this.#wake();
    for (const [member, want] of wanted) {
      const gained = [...want].filter((partition) => !member.shares.has(partition));
      if (gained.length > 0) member.gain(gained);
    }
  }

  async #read<T>(
    session: Session,
    topic: Topic<T>,
    options: ConsumeOptions<T>,
    group: Group,
    share: Share,
  ): Promise<void> {
    const { random, sabotage } = this.#options;
    const log = this.#topic(topic.name).partitions[share.partition];
    if (!log) return;
    let position = group.committed.get(share.partition) ?? 0;
    let committing: Promise<void> = Promise.resolve();
    const mine = () => session.alive && !share.lost;
    const commit = (offset: number) => {
      const send = () => session.call(this, () => this.#commit(options.group, group, share, offset));
      committing = committing.then(async () => {
        await this.#untiring(send, options.onError, mine);
      });
    };
    while (mine()) {
      if (position >= log.end) {
        await new Promise<void>((resolve) => this.#wakers.push(resolve));
        continue;
      }
      await this.#options.time.pause(random.next() * 5);
      if (!mine()) break;
      const batch = this.#nextBatch(topic, log, share.partition, position, options.maxValues ?? 10_000);
      if (sabotage === "commits-early" && options.commit !== "manual") commit(batch.nextOffset);
      if (batch.values.length > 0) {
        const done = await this.#untiring(() => options.onBatch(batch), options.onError, mine);
        if (!done) break;
      }
      position = batch.nextOffset;
      if (options.commit !== "manual" && mine()) commit(position);
    }
    if (session.alive) await committing;
  }

  #nextBatch<T>(
    topic: Topic<T>,
    log: SimPartition,
    partition: number,
    from: number,
    maxValues: number,
  ): Batch<T> {
    const most = 1 + this.#options.random.below(READ_RECORDS);
    const values: T[] = [];
    const records: BatchRecord[] = [];
    let offset = from;
    let nextOffset = log.end;
    let taken = 0;
    for (const record of log.records) {
      if (record.offset < from) continue;
      const decoded = this.#decode(topic, record.bytes);
      if (taken > 0 && (taken >= most || values.length + decoded.length > maxValues)) {
        nextOffset = record.offset;
        break;
      }
      if (taken === 0) offset = record.offset;
      values.push(...decoded);
      records.push({ offset: record.offset, end: values.length });
      taken++;
      nextOffset = record.offset + 1;
    }
    return { topic: topic.name, partition, offset, nextOffset, values, records };
  }

  #commit(name: string, group: Group, share: Share, offset: number): void {
    // Kafka takes no commit of a member for a partition that it has lost.
    if (share.lost && !group.members.some((member) => member.shares.get(share.partition) === share)) return;
    const topic = this.#topic(group.topic);
    const end = topic.partitions[share.partition]?.end ?? 0;
    const to = this.#options.sabotage === "commits-open-hours" && name === "kota.score" ? end : offset;
    const from = group.committed.get(share.partition) ?? 0;
    if (to <= from) return;
    group.committed.set(share.partition, to);
    this.#options.onCommit(name, group.topic, share.partition, from, to);
  }

  async #tail<T>(
    session: Session,
    topic: Topic<T>,
    onBatch: (batch: Batch<T>) => void | Promise<void>,
  ): Promise<Tail> {
    const { partitions } = this.#topic(topic.name);
    const goals = partitions.map(({ end }) => end);
    await session.call(this, () => undefined);
    let stopped = false;
    const readAll = async () => {
      for (const [partition, log] of partitions.entries()) {
        for (let position = 0; position < (goals[partition] ?? 0) && !stopped; ) {
          const batch = this.#nextBatch(topic, log, partition, position, 10_000);
          const pass = async () => {
            await session.call(this, () => undefined);
            await onBatch(batch);
          };
          if (batch.values.length > 0) await this.#untiring(pass, undefined, () => session.alive && !stopped);
          position = batch.nextOffset;
        }
      }
    };
    const caughtUp = readAll();
    caughtUp.catch(() => {});
    return {
      caughtUp,
      stop: async () => {
        stopped = true;
      },
    };
  }

  async #untiring(
    attempt: () => Promise<void> | undefined,
    onError: ((error: unknown) => void) | undefined,
    wanted: () => boolean,
  ): Promise<boolean> {
    for (let pauseMs = RETRY_MS.first; wanted(); pauseMs = Math.min(RETRY_MS.last, pauseMs * 2)) {
      try {
        await attempt();
        return true;
      } catch (error) {
        onError?.(error);
        await this.#options.time.pause(pauseMs);
      }
    }
    return false;
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}
