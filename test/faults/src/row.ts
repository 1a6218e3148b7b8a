import type { ServerName } from "../../../infra/native/servers.mjs";
import type { Findings } from "./oracle.ts";
import type { Servers } from "./servers.ts";

export interface RowOptions {
  /** Each row sends at least so many messages. */
  readonly messages: number;
  /** Messages a second. */
  readonly rate: number;
  /** How long a server is away, seconds. */
  readonly outage: number;
  /** How often a process is killed in a row that kills. */
  readonly kills: number;
  readonly scores: ScoresOf;
}

/** Of which rows the scores are compared with `kota verify`, minutes more for each: of none, of those that are about them, of all. */
export const SCORES_OF = ["none", "some", "all"] as const;
export type ScoresOf = (typeof SCORES_OF)[number];

export interface Surroundings {
  readonly options: RowOptions;
  /** Real servers, started when first asked for, and shared by the rows of a run. */
  readonly servers: Servers;
  /** Temporary, of this row alone. */
  readonly dir: string;
  readonly say: (text: string) => void;
}

/** A fault, and what kota guarantees when it happens. */
export interface Row {
  /** Of the fault matrix, with a letter where one of its rows is several here. */
  readonly id: string;
  readonly fault: string;
  readonly guarantee: string;
  readonly needs: readonly (ServerName | "root")[];
  run(surroundings: Surroundings): Promise<Result>;
}

export interface Result extends Findings {
  /** From the end of the fault until every device had something stored that was sent after it; the longest of all. */
  readonly recoverySeconds: number | null;
  /** What was seen beside the counts. */
  readonly notes: readonly string[];
  /** What went against the guarantee; empty: it held. */
  readonly failures: readonly string[];
}
