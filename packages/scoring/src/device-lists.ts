/**
 * Who is in any of several lists of devices, from one evaluation to the next. The lists seldom change, and stay the same object
 * as long as they do not: to see that takes less time than to find who is in them.
 */
export class DeviceLists {
  readonly #unions = new Map<
    string,
    { readonly of: readonly (readonly string[])[]; readonly union: readonly string[] }
  >();

  /** Who is in any of the lists. */
  union(key: string, of: readonly (readonly string[])[]): readonly string[] {
    const filled = of.filter(({ length }) => length > 0);
    const [only] = filled;
    if (only === undefined || filled.length === 1) return only ?? [];
    const before = this.#unions.get(key);
    if (before && isSame(before.of, filled)) return before.union;
    const union = [...new Set(filled.flat())];
    this.#unions.set(key, { of: filled, union });
    return union;
  }
}

function isSame<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
