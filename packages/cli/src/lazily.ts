/**
 * A command's action that is loaded when it is called. All commands together import every service, driver and native
 * part; one of them needs a fraction, and `kota index run` should not pay for a database.
 */
export function lazily<A extends unknown[]>(
  load: () => Promise<(...args: A) => unknown>,
): (...args: A) => Promise<void> {
  return async (...args) => {
    const action = await load();
    await action(...args);
  };
}
