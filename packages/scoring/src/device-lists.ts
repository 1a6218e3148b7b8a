/**
 * The lists of devices behind scores, from one evaluation to the next. They seldom change, and to find who is in several of
 * them takes longer than to see that they are the same as before.
 */
export class DeviceLists {
  readonly #lists = new Map<string, readonly string[]>();
  readonly #unions = new Map<
    string,
    { readonly of: readonly (readonly string[])[]; readonly union: readonly string[] }
  >();

  /** The list of a key as it was before, when it still has the same devices in the same order. */
  steady(key: string, list: readonly string[]): readonly string[] {
    const before = this.#lists.get(key);
    if (before && isSame(before, list)) return before;
    this.#lists.set(key, list);
    return list;
  }

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
