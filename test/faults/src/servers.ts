import { type Native, startNative } from "../../../infra/native/servers.mjs";

/** Real servers of this run's own. */
export class Servers {
  #native: Promise<Native> | undefined;

  get(): Promise<Native> {
    this.#native ??= startNative();
    return this.#native;
  }

  /** After a row that failed, the next one gets new ones: what is left of it must not be held against that one. */
  async discard(): Promise<void> {
    const native = this.#native;
    this.#native = undefined;
    await (await native)?.stop();
  }
}
