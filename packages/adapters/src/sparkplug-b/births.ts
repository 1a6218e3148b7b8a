import { z } from "zod";
import type { Announced } from "../announcements.ts";
import type { SparkplugMetric } from "./payload.ts";

/** What a birth says of one metric. */
export interface Definition {
  readonly name: string;
  readonly datatype: number | null;
  readonly unit: string | null;
}

const Birth = z.object({
  /** When kota received it, Unix milliseconds. */
  at: z.number(),
  metrics: z.array(
    z.tuple([
      z.string().describe("name"),
      z.string().nullable().describe("alias"),
      z.number().nullable().describe("datatype"),
      z.string().nullable().describe("unit"),
    ]),
  ),
});
type Birth = z.infer<typeof Birth>;

const Session = z.object({
  /** Of the newest birth of the node; a death with another one is of an earlier session. */
  bdSeq: z.number().nullable(),
  /** The newest number in sequence, and when kota received it. */
  seq: z.number().nullable(),
  seqAt: z.number(),
  /** When births became void: a birth of the node, its death, a message missing from the sequence. Oldest first. */
  breaks: z.array(z.number()),
});
type Session = z.infer<typeof Session>;

/** What an edge node announces, as it is kept. */
export const SparkplugAnnouncement = z.union([Birth, Session]);

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
    const named: Birth["metrics"] = [];
    for (const { name, alias, datatype, unit } of metrics.slice(0, MAX_DEFINITIONS)) {
      if (name !== null) named.push([name, alias, datatype, unit]);
    }
    const births = this.#births(device);
    this.#announced.set(this.#birthKey(device), placeFor(births, at), { at, metrics: named });
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
    const births = [...(this.#births(device)?.values() ?? [])].sort((a, b) => a.at - b.at);
    const { breaks } = this.#session();
    const before = births.findLast((birth) => birth.at <= at);
    const valid = before && !breaks.some((time) => time > before.at && time <= at) ? before : undefined;
    const birth = valid ?? births.find((later) => later.at > at);
    return birth && definitionsOf(birth).get(metric.alias === null ? `n${metric.name}` : `a${metric.alias}`);
  }

  #birthKey(device: string | null): string {
    return device === null ? `birth:${this.#node}` : `birth:${this.#node}/${device}`;
  }

  #births(device: string | null): ReadonlyMap<string, Birth> | undefined {
    return this.#announced.get(this.#birthKey(device)) as ReadonlyMap<string, Birth> | undefined;
  }

  #session(): Session {
    return (this.#announced.get(`session:${this.#node}`)?.get("") as Session | undefined) ?? NEW;
  }

  #save(session: Session): void {
    this.#announced.set(`session:${this.#node}`, "", session);
  }
}

/** The part that a birth goes to: its own when it is read again, else a free one, else that of the oldest. */
function placeFor(births: ReadonlyMap<string, Birth> | undefined, at: number): string {
  let oldest: { readonly place: string; readonly at: number } | undefined;
  for (const [place, birth] of births ?? []) {
    if (birth.at === at) return place;
    if (oldest === undefined || birth.at < oldest.at) oldest = { place, at: birth.at };
  }
  const size = births?.size ?? 0;
  return oldest && size >= MAX_BIRTHS ? oldest.place : String(size);
}

/** By `a` and the alias, and by `n` and the name. Made once for each birth, at its first message. */
const indexed = new WeakMap<Birth, ReadonlyMap<string, Definition>>();

function definitionsOf(birth: Birth): ReadonlyMap<string, Definition> {
  const known = indexed.get(birth);
  if (known) return known;
  const definitions = new Map<string, Definition>();
  for (const [name, alias, datatype, unit] of birth.metrics) {
    const definition = { name, datatype, unit };
    definitions.set(`n${name}`, definition);
    if (alias !== null) definitions.set(`a${alias}`, definition);
  }
  indexed.set(birth, definitions);
  return definitions;
}

function withBreak(session: Session, at: number): Session {
  if (session.breaks.includes(at)) return session;
  return { ...session, breaks: [...session.breaks, at].sort((a, b) => a - b).slice(-MAX_BREAKS) };
}
