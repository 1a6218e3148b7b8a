import { BoundedMap } from "./bounded-map.ts";

/**
 * What earlier messages of one adapter said about later ones: names behind aliases, units of topics, sensors of a station.
 * Values are plain data that JSON can hold.
 */
export interface Announced {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/**
 * The state of a decoder, all of it. A decoder that is given the announcements of an earlier one goes on where that one
 * stood; without them, messages that need one are rejected as `not_announced` until it comes again.
 */
export interface Announcements {
  /** Those of one version of an adapter, `id@version`: another version may understand them otherwise. */
  of(label: string): Announced;
}

const MAX_PER_ADAPTER = 20_000;

/** Announcements in memory, at most `limit` for each adapter; the one that was heard longest ago goes first. */
export function createAnnouncements(limit = MAX_PER_ADAPTER): Announcements {
  const adapters = new Map<string, Announced>();
  return {
    of(label) {
      let own = adapters.get(label);
      if (!own) {
        own = new BoundedMap<string, unknown>(limit);
        adapters.set(label, own);
      }
      return own;
    },
  };
}
