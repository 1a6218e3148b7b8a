import type { Adapter, Example, PayloadCodec } from "@kota/adapters";

/** What a city may put into its folder `adapters/`. */
export type PartKind = "mapping" | "code" | "codec";

/** A part of a city's folder: where it is, before anybody has looked at what it says. */
export interface PartSource {
  readonly kind: PartKind;
  /** The name of its file or folder: its id. */
  readonly id: string;
  /** From the city's folder on, as people name it: `adapters/gauge.yaml`. */
  readonly file: string;
  /** The city's folder. */
  readonly city: string;
}

/** An example with the name of its file, without the ending. */
export interface NamedExample {
  readonly name: string;
  readonly example: Example;
}

/** A part that was read and can be used. */
export interface Part extends PartSource {
  /** `gauge@1` of an adapter, `bin-level.1f3a9c2e` of a codec: as readings carry it. */
  readonly label: string;
  readonly title: string;
  /** Of all that decides what a message decodes to. */
  readonly hash: string;
  readonly adapter: Adapter | null;
  readonly codec: SuspendableCodec | null;
  /** Until when it is not asked, Unix milliseconds; null: it is. */
  readonly suspendedUntil: () => number | null;
  /** What is wrong with its examples, a sentence each; empty: nothing. */
  readonly checkExamples: () => readonly string[];
}

/** A codec that is not asked for a while after it used too much too often. */
export interface SuspendableCodec extends PayloadCodec {
  /** Until when, Unix milliseconds; null: it is not suspended. */
  suspendedUntil(): number | null;
}
