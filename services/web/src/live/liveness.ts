/** What is known of the connection to kota. Times are Unix milliseconds of this browser. */
export interface Connection {
  readonly phase: "connecting" | "open" | "lost";
  /** When kota was last heard: an event of the stream, or an answer about its status. Null: never yet. */
  readonly lastHeard: number | null;
  /** When the phase began. */
  readonly since: number;
}

export type Liveness =
  | { readonly state: "live" }
  | { readonly state: "connecting" }
  | { readonly state: "reconnecting" }
  /** The numbers on the page are from `since` or before, and must not be taken for current ones. */
  | { readonly state: "stale"; readonly since: number };

/** An open connection that has been silent for longer counts as broken: kota's status is asked for every few seconds. */
export const SILENCE_MS = 30_000;
/** A lost connection usually comes back at once; only after this long are the numbers called stale. */
export const PATIENCE_MS = 8_000;

/** Whether the numbers on the page may be taken for current ones. */
export function livenessOf(connection: Connection, now: number): Liveness {
  const { phase, lastHeard, since } = connection;
  if (phase === "open") {
    const heard = lastHeard ?? since;
    return now - heard <= SILENCE_MS ? { state: "live" } : { state: "stale", since: heard };
  }
  if (lastHeard === null) return { state: "connecting" };
  return now - since <= PATIENCE_MS ? { state: "reconnecting" } : { state: "stale", since: lastHeard };
}
