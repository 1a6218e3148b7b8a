/** A map of at most `limit` entries; the one that was set longest ago goes first. */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>();
  // Kept from one removal to the next: a new iterator would step over every entry that was removed before.
  readonly #byAge = this.#entries.keys();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  /** Returns what had to go. */
  set(key: K, value: V): V | undefined {
    let gone: V | undefined;
    if (!this.#entries.delete(key) && this.#entries.size >= this.#limit) {
      const oldest = this.#byAge.next();
      if (!oldest.done) {
        gone = this.#entries.get(oldest.value);
        this.#entries.delete(oldest.value);
      }
    }
    this.#entries.set(key, value);
    return gone;
  }
}
