import type { AnnouncementRecord } from "@kota/model";
import { BoundedMap } from "./bounded-map.ts";

/**
 * What earlier messages of one adapter said about later ones: names behind aliases, units of topics, sensors of a station.
 * Values are plain data that JSON can hold; they are replaced, never changed.
 *
 * What stands under a key has parts, each from a source of its own: two messages that say something about the same key
 * need not have been seen by the same process, so neither may have to know what the other said.
 */
export interface Announced {
  /** The parts under a key by name, in the order in which they were last announced; undefined: there are none. */
  get(key: string): ReadonlyMap<string, unknown> | undefined;
  set(key: string, part: string, value: unknown): void;
}

/**
 * The state of a decoder, all of it. A decoder that is given the announcements of an earlier one goes on where that one
 * stood; without them, messages that need one are rejected as `not_announced` until it comes again.
 */
export interface Announcements {
  /** Those of one version of an adapter, `id@version`: another version may understand them otherwise. */
  of(label: string): Announced;
}

/** Announcements that are shared through a log. */
export interface SharedAnnouncements extends Announcements {
  /** Goes up with each announcement that says something new. */
  readonly revision: number;
  /** What was announced here since the last call: the newest of each part. Who takes it has to make it durable. */
  takeChanges(): readonly AnnouncementRecord[];
  /** Gives back changes that could not be made durable. */
  giveBack(changes: readonly AnnouncementRecord[]): void;
  /** Takes in what the log has; a record older than what is known here changes nothing. */
  takeIn(record: AnnouncementRecord): void;
}

const MAX_KEYS_PER_ADAPTER = 20_000;
/** Parts under one key; the one that was announced longest ago goes first. */
const MAX_PARTS = 200;

/** What stands under one key: the parts, and the version of each. */
interface Parts {
  readonly values: Map<string, unknown>;
  readonly versions: Map<string, number>;
}

/** Announcements in memory, at most `limit` keys for each adapter; the one that was heard longest ago goes first. */
export function createAnnouncements(limit = MAX_KEYS_PER_ADAPTER): SharedAnnouncements {
  const adapters = new Map<string, AdapterAnnouncements>();
  let revision = 0;
  let changes = new Map<string, AnnouncementRecord>();

  function of(adapter: string): AdapterAnnouncements {
    let own = adapters.get(adapter);
    if (!own) {
      own = new AdapterAnnouncements(limit, (key, part, value, version) => {
        revision++;
        changes.set(idOf(adapter, key, part), { adapter, key, part, value, version });
      });
      adapters.set(adapter, own);
    }
    return own;
  }

  return {
    of,
    get revision() {
      return revision;
    },
    takeChanges() {
      if (changes.size === 0) return NO_CHANGES;
      const taken = [...changes.values()];
      changes = new Map();
      return taken;
    },
    giveBack(taken) {
      const newer = changes;
      changes = new Map(taken.map((record) => [idOf(record.adapter, record.key, record.part), record]));
      for (const [id, record] of newer) changes.set(id, record);
    },
    takeIn(record) {
      if (of(record.adapter).takeIn(record)) revision++;
    },
  };
}

const NO_CHANGES: readonly AnnouncementRecord[] = [];

function idOf(adapter: string, key: string, part: string): string {
  return JSON.stringify([adapter, key, part]);
}

class AdapterAnnouncements implements Announced {
  readonly #keys: BoundedMap<string, Parts>;
  readonly #onSet: (key: string, part: string, value: unknown, version: number) => void;
  /** The highest version of all that had to go: what comes again is newer than that. */
  #forgotten = 0;

  constructor(limit: number, onSet: (key: string, part: string, value: unknown, version: number) => void) {
    this.#keys = new BoundedMap(limit);
    this.#onSet = onSet;
  }

  get(key: string): ReadonlyMap<string, unknown> | undefined {
    return this.#keys.get(key)?.values;
  }

  set(key: string, part: string, value: unknown): void {
    const parts = this.#keys.get(key);
    const known = parts?.versions.get(part);
    // Retained announcements come again with every connection.
    if (parts && known !== undefined && JSON.stringify(parts.values.get(part)) === JSON.stringify(value)) {
      this.#keys.set(key, parts);
      return;
    }
    const version = (known ?? this.#forgotten) + 1;
    this.#put(key, part, value, version);
    this.#onSet(key, part, value, version);
  }

  takeIn({ key, part, value, version }: AnnouncementRecord): boolean {
    const known = this.#keys.get(key)?.versions.get(part);
    if (known !== undefined && known > version) return false;
    // Of the same version the later one in the log counts, so that all who follow the log agree.
    this.#put(key, part, value, version);
    return known === undefined || known < version;
  }

  #put(key: string, part: string, value: unknown, version: number): void {
    const parts = this.#keys.get(key) ?? { values: new Map(), versions: new Map() };
    parts.values.delete(part);
    parts.values.set(part, value);
    parts.versions.set(part, version);
    if (parts.values.size > MAX_PARTS) {
      const oldest = parts.values.keys().next();
      if (!oldest.done) this.#forget(parts, oldest.value);
    }
    const gone = this.#keys.set(key, parts);
    if (gone) for (const other of gone.values.keys()) this.#forget(gone, other);
  }

  #forget(parts: Parts, part: string): void {
    this.#forgotten = Math.max(this.#forgotten, parts.versions.get(part) ?? 0);
    parts.values.delete(part);
    parts.versions.delete(part);
  }
}
