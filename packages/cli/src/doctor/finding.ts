import { type Fault, KotaError, messageOf } from "@kota/model";

/** What a check found. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  /** `warn`: kota works, and something can be lost, seen by others or slow. `fail`: kota does not work. */
  readonly state: "ok" | "warn" | "fail";
  /** What was found, with its figures. */
  readonly found: string;
  /** What to do about it; null when all is well. */
  readonly remedy: string | null;
  /** Of a failure: who has to act. */
  readonly fault?: Fault;
}

export function ok(check: string, found: string): Finding {
  return { check, state: "ok", found, remedy: null };
}

export function warn(check: string, found: string, remedy: string): Finding {
  return { check, state: "warn", found, remedy };
}

export function fail(check: string, found: string, remedy: string, fault: Fault = "caller"): Finding {
  return { check, state: "fail", found, remedy, fault };
}

/** Findings of a check that could not be made are that it could not. */
export async function findingsOf(
  check: string,
  look: () => readonly Finding[] | Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    // Errors of kota say in their own words what to do.
    const fault = error instanceof KotaError ? error.fault : "kota";
    return [{ check, state: "fail", found: messageOf(error), remedy: null, fault }];
  }
}
