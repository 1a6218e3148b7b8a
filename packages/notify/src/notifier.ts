import type { AlertMessage } from "@kota/alerts";

/** One way to reach people or their programs. */
export interface Notifier {
  /**
   * Resolves when the other side has taken the message.
   * @throws KotaError `delivery_failed`: later it may work. `delivery_refused`: the other side does not want it as it is.
   */
  deliver(message: AlertMessage, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
