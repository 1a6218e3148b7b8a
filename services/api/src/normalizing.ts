import type { Asked } from "@kota/adapters";
import type { Device, Message, Reading, Rejection } from "@kota/model";

/** What would become of a message: readings or a rejection. */
export type Trial = (message: Message) => {
  readonly readings: readonly Reading[] | null;
  readonly rejection: Rejection | null;
};

/** The adapters and rules by which messages become readings, to try them on messages of the past. */
export interface Normalizing {
  /** Ids of the adapters that there are. */
  readonly adapters: readonly string[];
  /**
   * A trial with this registry. It has seen no earlier messages, so what needs an announcement is `not_announced`.
   * @throws KotaError `city_invalid` when two of the devices are the same device of the same adapter.
   */
  trial(devices: readonly Device[]): Trial;
  /** What every adapter says to a message, and what the one that claims it makes of it, before any rule is applied. */
  ask(message: Message): Asked;
}
