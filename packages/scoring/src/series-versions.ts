const FIRST_ROOM = 16;

/**
 * The version of each series, in one row of numbers: who looks which of 100,000 series have changed reads this row, and waits
 * for memory only at those that have.
 */
export class SeriesVersions {
  #versions = new Int32Array();
  /** Of the newest change to an hour that is not the newest. */
  #older = new Int32Array();
  /** Of the newest change to the newest hour, and the number of that since 1970; -1: there is none. */
  #newer = new Int32Array();
  #newestHours = new Int32Array();
  #count = 0;

  /** A place for one more series. */
  add(): number {
    if (this.#count === this.#versions.length) {
      const room = Math.max(FIRST_ROOM, Math.ceil(1.5 * this.#count));
      this.#versions = roomier(this.#versions, room);
      this.#older = roomier(this.#older, room);
      this.#newer = roomier(this.#newer, room);
      this.#newestHours = roomier(this.#newestHours, room);
    }
    this.#newestHours[this.#count] = -1;
    return this.#count++;
  }

  of(slot: number): number {
    return this.#versions[slot] ?? 0;
  }

  /** Something of an hour has changed; it is numbered since 1970. */
  next(slot: number, hour: number): void {
    const version = this.of(slot) + 1;
    this.#versions[slot] = version;
    const newestHour = this.newestHour(slot);
    if (hour < newestHour) {
      this.#older[slot] = version;
      return;
    }
    if (hour > newestHour) {
      // The hour that was the newest is an older one from here on, and so are its changes.
      this.#older[slot] = Math.max(this.#older[slot] ?? 0, this.#newer[slot] ?? 0);
      this.#newestHours[slot] = hour;
    }
    this.#newer[slot] = version;
  }

  /** Number of the newest hour there ever was, since 1970. */
  newestHour(slot: number): number {
    return this.#newestHours[slot] ?? -1;
  }

  /** Whether no hour before one has changed since a version. Now and then false though none has. */
  isSameBefore(slot: number, hour: number, version: number): boolean {
    return (
      this.#versions[slot] === version ||
      ((this.#older[slot] ?? 0) <= version && (this.#newestHours[slot] ?? -1) >= hour)
    );
  }

  /** All, by slot; another row when there are more series. */
  get row(): Int32Array {
    return this.#versions;
  }
}

function roomier(row: Int32Array, room: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(room);
  copy.set(row);
  return copy;
}
