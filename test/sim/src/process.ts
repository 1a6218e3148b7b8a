import type { Service } from "@kota/runtime";
import type { Session } from "./session.ts";

export interface ProcessOptions {
  readonly name: string;
  readonly newSession: (onCrash: () => void) => Session;
  readonly start: (session: Session) => Promise<Service>;
  /** The rest of the world hears that the process is gone; not necessarily at once. */
  readonly onGone: (session: Session) => void;
  readonly restartAfterMs: () => number;
}

const STOP_PATIENCE_MS = 15_000;

/** A process that is started again whenever it has ended, as a supervisor does. */
export class SimProcess {
  readonly name: string;
  readonly #options: ProcessOptions;
  #session: Session | undefined;
  #service: Service | undefined;
  #over = false;
  crashes = 0;
  restarts = 0;

  constructor(options: ProcessOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get running(): boolean {
    return this.#session?.alive === true;
  }

  start(): void {
    if (this.#over || this.running) return;
    const session = this.#options.newSession(() => {
      this.crashes++;
      this.#gone(session);
    });
    this.#session = session;
    this.#service = undefined;
    this.#options.start(session).then(
      (service) => {
        if (session.alive) this.#service = service;
        else void service.stop();
      },
      // What cannot start says why and ends.
      () => session.crash(),
    );
  }

  crash(): void {
    this.#session?.crash();
  }

  /** SIGTERM, and a new process. */
  async restart(): Promise<void> {
    const [session, service] = [this.#session, this.#service];
    if (!session?.alive || service === undefined) return;
    this.restarts++;
    await Promise.race([service.stop(), new Promise((resolve) => setTimeout(resolve, STOP_PATIENCE_MS))]);
    if (!session.alive) return;
    session.alive = false;
    this.#gone(session);
  }

  end(): void {
    this.#over = true;
    this.crash();
  }

  #gone(session: Session): void {
    // Its timers go on in this process; with a dead session they have no effect, and this clears them.
    void this.#service?.stop();
    this.#options.onGone(session);
    if (!this.#over) setTimeout(() => this.start(), this.#options.restartAfterMs());
  }
}
