import { ADAPTERS, type Adapter, type PayloadCodec, refuse } from "@kota/adapters";
import { messageOf } from "@kota/model";
import { type Clock, type Logger, type Metrics, pause } from "@kota/runtime";
import { type CodeWatch, createCodeWatch } from "./code-watch.ts";
import { FOLDER, partsIn, stateOf } from "./folder.ts";
import { loadPart, type PartContent, readPart } from "./load-part.ts";
import type { Part, PartKind, PartSource } from "./part.ts";

/** What messages are decoded with at one moment. */
export interface AdapterSet {
  /** The city's own by name, then those that come with kota: the first that claims a message decodes it. */
  readonly adapters: readonly Adapter[];
  /** Names of the city's codecs. */
  readonly codecs: readonly string[];
  /** A codec of the city; one that it has not refuses every uplink, and says why. */
  codec(name: string): PayloadCodec;
  /** `messages.map(one)` for many at once: a loop without end in the city's code ends there, too. See `CodeWatch`. */
  map<T, R>(messages: readonly T[], one: (message: T) => R): R[];
}

/**
 * `active`: used as its file is now. `previous`: its file was refused, and what it held before is used. `refused`: its file
 * was refused, and there is nothing from before. `suspended`: a codec or adapter that went over its limits several times.
 */
export type AdapterState = "active" | "previous" | "refused" | "suspended";

/** One adapter, mapping or codec, for people. */
export interface AdapterEntry {
  readonly id: string;
  readonly kind: PartKind | "built-in";
  /** What is used, as readings carry it: `gauge@2`; null: nothing is. */
  readonly label: string | null;
  readonly title: string | null;
  /** Its file, from the city's folder on; `kota` for what comes with it. */
  readonly source: string;
  readonly state: AdapterState;
  /** Why its file is refused, or until when it is suspended. */
  readonly error: string | null;
  /** What the engineer should know although it is used. */
  readonly note: string | null;
  /** How its examples differ from what they say, a sentence each: only of one that is used all the same. */
  readonly problems: readonly string[];
  readonly adapter: Adapter | null;
}

/** The adapters, mappings and codecs of a city, as its folder is, followed while kota runs. */
export interface CityAdapters {
  /** The same object as long as nothing has changed. */
  now(): AdapterSet;
  list(): readonly AdapterEntry[];
  /** Looks at the folder now; resolves when what is in it is used, or refused. */
  refresh(): Promise<void>;
  /** Stops following the folder. */
  close(): Promise<void>;
}

export interface CityAdaptersOptions {
  /** The city's folder. */
  readonly city: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** How often the folder is looked at, milliseconds; left out: it is not followed. */
  readonly everyMs?: number;
  /** Whether a part whose examples are not as they say is used all the same; default: no. */
  readonly despiteExamples?: boolean;
}

interface Held {
  readonly source: PartSource;
  /** Of all its files as they were looked at last; null: they could not be read. */
  readonly wholeHash: string | null;
  readonly active: Part | null;
  readonly error: string | null;
  readonly note: string | null;
  readonly problems: readonly string[];
}

/**
 * Loads what is in a city's folder `adapters/`. A part is used when it can be loaded, contradicts no other, and its examples
 * are as they say; else what it was before stays. So one bad file never stops the others, nor the process.
 *
 * The folder is looked at again and again instead of being watched: that works on every file system, network drives,
 * mounts of containers and links that are swapped included, and costs a few file states. A change is taken up once the folder
 * is the same for two looks, so that files that are being written are left alone.
 */
export async function openCityAdapters(options: CityAdaptersOptions): Promise<CityAdapters> {
  const { city, clock, metrics, everyMs, despiteExamples = false } = options;
  const logger = options.logger.child({ city });
  const watch = createCodeWatch();
  const surroundings = { clock, logger, metrics, watch };
  const stopping = new AbortController();
  let held = new Map<string, Held>();
  let set = setOf([], watch);
  let refreshing: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    const contents = await Promise.all((await partsIn(city)).map(contentOf));
    const next = new Map<string, Held>();
    // What has not changed comes first: a new file does not take the place of one that works.
    const changed = contents.filter(({ source, wholeHash }) => {
      const before = held.get(source.file);
      if (!before || wholeHash === null || before.wholeHash !== wholeHash) return true;
      next.set(source.file, before);
      return false;
    });
    for (const read of changed) {
      const before = held.get(read.source.file);
      const one = await taken(read, before, next);
      next.set(read.source.file, one);
      tell(one, before);
    }
    const removed = [...held.values()].filter(({ source }) => !next.has(source.file));
    for (const { source, active } of removed) {
      logger.info({ file: source.file, label: active?.label }, "removed: no message goes to it any more");
    }
    held = next;
    if (changed.length > 0 || removed.length > 0) set = setOf([...held.values()], watch);
    count();
  }

  /** What becomes of a file that is new or has changed. */
  async function taken(
    read: Read,
    before: Held | undefined,
    beside: ReadonlyMap<string, Held>,
  ): Promise<Held> {
    const { source, wholeHash } = read;
    const previous = before?.active ?? null;
    const refused = (error: string): Held => ({
      source,
      wholeHash,
      active: previous,
      error,
      note: null,
      problems: [],
    });
    if (read.content === null) return refused(read.error);
    try {
      const part = await loadPart(read.content, surroundings);
      const conflict = conflictOf(part, beside);
      // Looked at again when another file changes: the conflict may be gone.
      if (conflict !== null) return { ...refused(conflict), wholeHash: null };
      const problems = part.checkExamples();
      if (problems.length > 0 && !despiteExamples) return refused(failing(source.file, problems));
      // What is only given other examples keeps its strikes.
      const active = previous?.hash === part.hash && previous.kind === part.kind ? previous : part;
      return { source, wholeHash, active, error: null, note: noteOn(part, previous), problems };
    } catch (error) {
      return refused(messageOf(error));
    }
  }

  async function contentOf(source: PartSource): Promise<Read> {
    try {
      const content = await readPart(source);
      return { source, content, wholeHash: content.wholeHash, error: null };
    } catch (error) {
      return { source, content: null, wholeHash: null, error: messageOf(error) };
    }
  }

  function tell(one: Held, before: Held | undefined): void {
    const { source, active, error, note } = one;
    const about = { file: source.file, label: active?.label };
    if (error !== null) {
      if (before?.error === error) return;
      logger.error(
        about,
        active ? `refused, ${active.label} goes on as it was: ${error}` : `refused: ${error}`,
      );
    } else if (note !== null) logger.warn(about, note);
    else logger.info(about, before ? "changed and in use" : "in use");
  }

  function count(): void {
    metrics.cityAdapters.reset();
    for (const state of FILE_STATES) metrics.cityAdapters.set({ state }, 0);
    metrics.codecSuspended.reset();
    metrics.adapterSuspended.reset();
    for (const one of held.values()) {
      metrics.cityAdapters.inc({ state: fileState(one) });
      if (!one.active) continue;
      const { id, kind, suspendedUntil } = one.active;
      const value = suspendedUntil() === null ? 0 : 1;
      if (kind === "codec") metrics.codecSuspended.set({ codec: id }, value);
      if (kind === "code") metrics.adapterSuspended.set({ adapter: id }, value);
    }
  }

  function refresh(): Promise<void> {
    const looked = refreshing.then(look);
    refreshing = looked.catch(() => {});
    return looked;
  }

  async function follow(intervalMs: number): Promise<void> {
    while (!stopping.signal.aborted) {
      await pause(intervalMs, stopping.signal);
      if (stopping.signal.aborted) return;
      const now = await stateOf(city);
      if (now !== seen) {
        seen = now;
        settled = false;
      } else if (!settled) {
        settled = true;
        try {
          await refresh();
        } catch (error) {
          logger.error(
            { err: error },
            "the city's adapters could not be looked at; going on with those from before",
          );
        }
      }
    }
  }

  let seen = await stateOf(city);
  let settled = true;
  await refresh();
  const following = everyMs === undefined ? Promise.resolve() : follow(everyMs);

  return {
    now: () => set,
    list: () => [
      ...[...held.values()].sort((a, b) => byFile(a.source, b.source)).map(entryOf),
      ...ADAPTERS.map(builtIn),
    ],
    refresh,
    async close() {
      stopping.abort();
      await following;
    },
  };
}

type Read =
  | {
      readonly source: PartSource;
      readonly content: PartContent;
      readonly wholeHash: string;
      readonly error: null;
    }
  | { readonly source: PartSource; readonly content: null; readonly wholeHash: null; readonly error: string };

function setOf(held: readonly Held[], watch: CodeWatch): AdapterSet {
  const parts = held.flatMap(({ active }) => (active ? [active] : [])).sort(byFile);
  const codecs = new Map(parts.flatMap(({ id, codec }) => (codec ? [[id, codec] as const] : [])));
  const errors = new Map(held.map(({ source, error }) => [source.file, error]));
  return {
    adapters: [...parts.flatMap(({ adapter }) => (adapter ? [adapter] : [])), ...ADAPTERS],
    codecs: [...codecs.keys()],
    map: parts.some(({ kind }) => kind === "code") ? watch.map : (messages, one) => messages.map(one),
    codec: (name) => codecs.get(name) ?? missingCodec(name, errors.get(`${FOLDER}/${name}.js`) ?? null),
  };
}

function byFile(a: { readonly file: string }, b: { readonly file: string }): number {
  return a.file < b.file ? -1 : 1;
}

/** Stands for a codec that a device names and the city has not. */
function missingCodec(name: string, error: string | null): PayloadCodec {
  return {
    name,
    label: `${name}.missing`,
    mapping: null,
    decode: (_, device) =>
      refuse(
        "codec_failed",
        error === null
          ? `The device '${device}' has the codec '${name}', and the city's folder has no adapters/${name}.js. Put it there, and replay this message.`
          : `The device's codec is refused: ${error}`,
        device,
      ),
  };
}

function failing(file: string, problems: readonly string[]): string {
  const which =
    problems.length === 1
      ? "an example is not as it says"
      : `${problems.length} examples are not as they say`;
  return `${file}: ${which}. ${problems[0] ?? ""}`;
}

/** Why a part cannot stand beside those that are used; null: it can. */
function conflictOf(part: Part, beside: ReadonlyMap<string, Held>): string | null {
  for (const { active } of beside.values()) {
    if (!active || active.file === part.file) continue;
    if (active.id === part.id) {
      return `${part.file}: '${part.id}' is already the name of ${active.file}; rename one of them.`;
    }
    const topic = part.adapter?.claims.topics?.find((filter) =>
      active.adapter?.claims.topics?.includes(filter),
    );
    if (topic !== undefined)
      return `${part.file}: the topics '${topic}' are already those of ${active.file}.`;
  }
  return null;
}

function noteOn(part: Part, previous: Part | null): string | null {
  if (!previous || previous.hash === part.hash || previous.label !== part.label) return null;
  return `${part.file} has changed and is still ${part.label}: readings from before and after the change cannot be told apart. Raise its version.`;
}

const FILE_STATES = ["active", "previous", "refused"] as const;

function fileState({ active, error }: Held): (typeof FILE_STATES)[number] {
  if (error === null) return "active";
  return active ? "previous" : "refused";
}

function entryOf(one: Held): AdapterEntry {
  const { source, active, error, note, problems } = one;
  const until = active?.suspendedUntil() ?? null;
  const suspended =
    until === null
      ? null
      : `Suspended until ${new Date(until).toISOString()}: it went over its limits several times.`;
  return {
    id: source.id,
    kind: source.kind,
    label: active?.label ?? null,
    title: active?.title ?? null,
    source: source.file,
    state: until === null ? fileState(one) : "suspended",
    error: error ?? suspended,
    note,
    problems,
    adapter: active?.adapter ?? null,
  };
}

function builtIn(adapter: Adapter): AdapterEntry {
  const { id, label, title } = adapter;
  return {
    id,
    kind: "built-in",
    label,
    title,
    source: "kota",
    state: "active",
    error: null,
    note: null,
    problems: [],
    adapter,
  };
}
