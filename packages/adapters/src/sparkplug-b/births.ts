import type { Announced } from "../announcements.ts";
import type { SparkplugMetric } from "./payload.ts";

/** What a birth says of one metric. */
export interface Definition {
  readonly name: string;
  readonly datatype: number | null;
  readonly unit: string | null;
}

interface Birth {
  /** When kota received it, Unix milliseconds. */
  readonly at: number;
  /** By `a` and the alias, and by `n` and the name. */
  readonly definitions: Readonly<Record<string, Definition>>;
}

interface Session {
  /** Of the newest birth of the node; a death with another one is of an earlier session. */
  readonly bdSeq: number | null;
  /** The newest number in sequence, and when kota received it. */
  readonly seq: number | null;
  readonly seqAt: number;
  /** When births became void: a birth of the node, its death, a message missing from the sequence. Oldest first. */
  readonly breaks: readonly number[];
}

/** Births of a node or device that are kept: the present one, and some for messages that are replayed. */
const MAX_BIRTHS = 3;
const MAX_BREAKS = 8;
/** Metrics of one birth that are kept. */
const MAX_DEFINITIONS = 5000;

const NEW: Session = { bdSeq: null, seq: null, seqAt: 0, breaks: [] };

/**
 * What the births of one edge node announced. Lookups go by the receive time of the message, so that a message read again
 * finds what it found before; one from before every birth, replayed, finds the first birth after it.
 */
export class NodeState {
  readonly #announced: Announced;
  readonly #node: string;

  constructor(announced: Announced, group: string, node: string) {
    this.#announced = announced;
    this.#node = `${group}/${node}`;
  }

  /** A birth of the node itself (`device` null) or of a device; that of a node voids all births before it. */
  born(device: string | null, at: number, metrics: readonly SparkplugMetric[], bdSeq: number | null): void {
    const definitions: Record<string, Definition> = {};
    for (const { name, alias, datatype, unit } of metrics.slice(0, MAX_DEFINITIONS)) {
      if (name === null) continue;
      const definition = { name, datatype, unit };
      definitions[`n${name}`] = definition;
      if (alias !== null) definitions[`a${alias}`] = definition;
    }
    const birth: Birth = { at, definitions };
    const others = this.#births(device).filter((other) => other.at !== at);
    const births = [...others, birth].sort((a, b) => a.at - b.at).slice(-MAX_BIRTHS);
    this.#announced.set(this.#key("birth", device), births);
    if (device === null) this.#save(withBreak({ ...this.#session(), bdSeq }, at));
  }

  /** The node's connection ended; ignored when it is that of an earlier session. */
  died(at: number, bdSeq: number | null): void {
    const session = this.#session();
    if (bdSeq === null || session.bdSeq === null || bdSeq === session.bdSeq)
      this.#save(withBreak(session, at));
  }

  /** A message's place in the sequence: 0 to 255, then 0 again. A gap voids the births before it. */
  sequence(seq: number, at: number, restart: boolean): void {
    const session = this.#session();
    if (at < session.seqAt) return; // read again
    const step = session.seq === null || restart ? 1 : (seq - session.seq) & 0xff;
    if (step === 0 || (at === session.seqAt && step > 127)) return; // read again
    const counted = { ...session, seq, seqAt: at };
    this.#save(step === 1 ? counted : withBreak(counted, at));
  }

  /** What a metric of a message received at `at` stands for; undefined: no valid birth says. */
  definition(device: string | null, metric: SparkplugMetric, at: number): Definition | undefined {
    const births = this.#births(device);
    const { breaks } = this.#session();
    const before = births.findLast((birth) => birth.at <= at);
    const valid = before && !breaks.some((time) => time > before.at && time <= at) ? before : undefined;
    const birth = valid ?? births.find((later) => later.at > at);
    const key = metric.alias === null ? `n${metric.name}` : `a${metric.alias}`;
    return birth && Object.hasOwn(birth.definitions, key) ? birth.definitions[key] : undefined;
  }

  #key(kind: string, device: string | null): string {
    return device === null ? `${kind}:${this.#node}` : `${kind}:${this.#node}/${device}`;
  }

  #births(device: string | null): readonly Birth[] {
    return (this.#announced.get(this.#key("birth", device)) as readonly Birth[] | undefined) ?? [];
  }

  #session(): Session {
    return (this.#announced.get(`session:${this.#node}`) as Session | undefined) ?? NEW;
  }

  #save(session: Session): void {
    this.#announced.set(`session:${this.#node}`, session);
  }
}

function withBreak(session: Session, at: number): Session {
  if (session.breaks.includes(at)) return session;
  return { ...session, breaks: [...session.breaks, at].sort((a, b) => a - b).slice(-MAX_BREAKS) };
}
