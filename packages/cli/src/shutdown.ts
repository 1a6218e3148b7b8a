import type { Logger } from "@kota/runtime";

/** A stop that hangs longer than this is cut off: nothing is lost, what was not committed comes again. */
const PATIENCE_MS = 15_000;

/** Resolves at the first SIGINT or SIGTERM. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}

/** Stops everything in the given order, then leaves. A second Ctrl-C, or a step that hangs, leaves at once. */
export async function stopAll(logger: Logger, steps: readonly (() => Promise<void>)[]): Promise<void> {
  process.once("SIGINT", () => process.exit(130));
  const timer = setTimeout(() => {
    logger.error(`not stopped after ${PATIENCE_MS / 1000} s; leaving`);
    process.exit(1);
  }, PATIENCE_MS);
  for (const step of steps) {
    await step().catch((error: unknown) => logger.error({ err: error }, "while stopping"));
  }
  clearTimeout(timer);
}

/** A defect nobody handled: say so and leave, so that a supervisor starts a fresh process. */
export function leaveOnDefect(logger: Logger): void {
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error) => {
      logger.fatal({ err: error }, "a defect in kota; leaving");
      process.exit(1);
    });
  }
}
