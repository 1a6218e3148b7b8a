/** Resolves when the values are written, rejects when they are not known to be. */
export type Write<T> = (values: readonly T[]) => Promise<void>;

/**
 * Makes one write of the batches that come while another is under way, up to `maxValues` (a larger batch goes alone).
 * A write to a database costs about the same for 20 values as for 200, and each partition of the log brings its own
 * batch: joined, they wait for one write instead of for each other's. With nothing under way a batch is written at once.
 * Batches that were written together fail together.
 */
export function writeTogether<T>(write: Write<T>, maxValues: number): Write<T> {
  let next: { readonly values: T[]; readonly written: Promise<void> } | undefined;
  let underWay: Promise<void> = Promise.resolve();

  function open(): NonNullable<typeof next> {
    const values: T[] = [];
    const written = underWay.then(() => {
      if (next?.values === values) next = undefined;
      return write(values);
    });
    underWay = written.catch(() => undefined);
    return { values, written };
  }

  return (values) => {
    if (!next || next.values.length + values.length > maxValues) next = open();
    for (const value of values) next.values.push(value);
    return next.written;
  };
}
