import type { ConsumeOptions } from "../port.ts";
import { type Reader, startReader } from "../reader.ts";
import type { Topic } from "../topic.ts";
import { untiring } from "../untiring.ts";
import type { PartitionLog } from "./partition-log.ts";

/** Reads and writes what a group has committed. */
export interface Commits {
  get(partition: number): number;
  /** Resolves when the commit is durable. */
  set(partition: number, offset: number): Promise<void>;
  /** Resolves when every commit so far is durable. */
  settled(): Promise<void>;
}

interface Member {
  readonly start: (partition: number, from: number) => Reader;
  readonly options: Pick<ConsumeOptions<never>, "onAssigned" | "onRevoked" | "assignment" | "onError">;
  readonly readers: Map<number, Reader>;
  readonly left: AbortController;
}

/** The members of one consumer group in this process, and who of them has which partition. */
export interface Group {
  join<T>(topic: Topic<T>, options: ConsumeOptions<T>): Membership;
}

interface Membership {
  /** Resolves when the member has its first partitions. */
  readonly joined: Promise<void>;
  leave(): Promise<void>;
}

export function createGroup(partitions: readonly PartitionLog[], commits: Commits): Group {
  const members: Member[] = [];
  // Joins and leaves one after the other: a partition must have been given up before it is given away.
  let last: Promise<void> = Promise.resolve();
  const inTurn = (step: () => Promise<void>): Promise<void> => {
    const turn = last.then(step);
    last = turn.catch(() => {});
    return turn;
  };

  async function rebalance(): Promise<void> {
    const wanted = new Map(members.map((member) => [member, new Set<number>()]));
    partitions.forEach(({ partition }, index) => {
      const owner =
        members[0]?.options.assignment === "single" ? members[0] : members[index % members.length];
      if (owner) wanted.get(owner)?.add(partition);
    });
    for (const [member, keep] of wanted) await revoke(member, keep);
    await commits.settled();
    for (const [member, want] of wanted) {
      const assigned = [...want].filter((partition) => !member.readers.has(partition));
      if (assigned.length === 0) continue;
      const assign = async () => member.options.onAssigned?.(assigned);
      const onError = (error: unknown) => member.options.onError?.(error);
      if (!(await untiring(assign, onError, member.left.signal))) continue;
      for (const partition of assigned)
        member.readers.set(partition, member.start(partition, commits.get(partition)));
    }
  }

  async function revoke(member: Member, keep: ReadonlySet<number>): Promise<void> {
    const revoked = [...member.readers.keys()].filter((partition) => !keep.has(partition));
    await Promise.all(revoked.map((partition) => member.readers.get(partition)?.stop()));
    for (const partition of revoked) member.readers.delete(partition);
    if (revoked.length > 0) await member.options.onRevoked?.(revoked);
  }

  return {
    join(topic, options) {
      const member: Member = {
        options,
        readers: new Map(),
        left: new AbortController(),
        start: (partition, from) =>
          startReader({
            topic,
            source: partitions[partition] as PartitionLog,
            from,
            maxValues: options.maxValues ?? 10_000,
            onBatch: options.onBatch,
            onError: options.onError,
            onDone: (nextOffset) => {
              if (options.commit === "manual") return;
              commits.set(partition, nextOffset).catch((error: unknown) => options.onError?.(error));
            },
          }),
      };
      const joined = inTurn(() => {
        members.push(member);
        return rebalance();
      });
      return {
        joined,
        leave() {
          member.left.abort();
          return inTurn(async () => {
            members.splice(members.indexOf(member), 1);
            await revoke(member, new Set());
            await rebalance();
          });
        },
      };
    },
  };
}
