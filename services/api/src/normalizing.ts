import type { Announcements, Asked } from "@kota/adapters";
import type { Device, Message, Reading, Rejection } from "@kota/model";

/** What would become of a message: readings or a rejection. */
export type Trial = (message: Message) => {
  readonly readings: readonly Reading[] | null;
  readonly rejection: Rejection | null;
};

/** An adapter, a mapping or a codec that messages are decoded with. */
export interface AdapterEntry {
  readonly id: string;
  readonly kind: "built-in" | "mapping" | "code" | "codec";
  /** What is used, as readings carry it: `gauge@2`; null: nothing is. */
  readonly label: string | null;
  readonly title: string | null;
  /** Its file in the city's folder; `kota` for what comes with it. */
  readonly source: string;
  readonly state: "active" | "previous" | "refused" | "suspended";
  readonly error: string | null;
  readonly note: string | null;
  readonly adapter: { readonly claims: { readonly topics?: readonly string[] } } | null;
}

/** The adapters and rules by which messages become readings, to try them on messages of the past. */
export interface Normalizing {
  /** What there is now, the city's own first. */
  list(): readonly AdapterEntry[];
  /** Looks whether there is something new; resolves when the list has it. */
  refresh(): Promise<void>;
  /**
   * A trial with this registry, and with what devices announced; without it, what needs an announcement is `not_announced`.
   * @throws KotaError `city_invalid` when two of the devices are the same device of the same adapter.
   */
  trial(devices: readonly Device[], announced?: Announcements): Trial;
  /** What devices announced until now, read from the log. What a trial adds to it is not kept. */
  announced(): Promise<Announcements>;
  /** What every adapter says to a message, and what the one that claims it makes of it, before any rule is applied. */
  ask(message: Message, devices: readonly Device[], announced?: Announcements): Asked;
}
