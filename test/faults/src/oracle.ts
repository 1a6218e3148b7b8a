import { keyOf, type LoadMessage } from "./plan.ts";

/** What was done to the pipeline, and what it has afterwards. */
export interface Evidence {
  readonly sent: readonly LoadMessage[];
  /** Whether the n-th of the sent messages was acknowledged to its sender. */
  readonly acknowledged: (n: number) => boolean;
  /** Every reading in the time series, one row each. */
  readonly stored: readonly { readonly device: string; readonly time: number; readonly value: number }[];
  /** The key of every rejection. A message that came twice may have two. */
  readonly rejected: readonly string[];
  /** The key of every message in the log, in any order. */
  readonly logged: readonly string[];
}

export interface Findings {
  readonly sent: number;
  readonly acknowledged: number;
  /** Distinct messages that were stored. */
  readonly stored: number;
  /** Distinct messages that were rejected. */
  readonly rejected: number;
  /** Copies of messages in the log beyond the first. */
  readonly logDuplicates: number;
  /** Acknowledged and neither stored nor rejected. */
  readonly lost: number;
  /** Stored or rejected without having been sent, stored twice, with another value, or with the wrong fate. */
  readonly ghosts: number;
  /** A few of those, for a person. */
  readonly examples: readonly string[];
}

const MOST_EXAMPLES = 5;

/** Every acknowledged message is stored exactly once with its value, or rejected; nothing else is there. */
export function judge(evidence: Evidence): Findings {
  const { sent, acknowledged } = evidence;
  const examples: string[] = [];
  const numberOf = new Map<string, number>();
  for (const [n, message] of sent.entries()) numberOf.set(keyOf(message), n);
  const storedNumbers = new Set<number>();
  const rejectedNumbers = new Set<number>();
  let ghosts = 0;
  const ghost = (what: string) => {
    ghosts++;
    if (examples.length < MOST_EXAMPLES) examples.push(what);
  };

  for (const reading of evidence.stored) {
    const key = keyOf(reading);
    const n = numberOf.get(key);
    const message = n === undefined ? undefined : sent[n];
    if (n === undefined || message === undefined) ghost(`${key} was stored and never sent`);
    else if (storedNumbers.has(n)) ghost(`${key} is stored twice`);
    else if (message.fate !== "stored") ghost(`${key} was stored and should have been rejected`);
    else if (reading.value !== message.value)
      ghost(`${key} was stored as ${reading.value}, sent as ${message.value}`);
    if (n !== undefined) storedNumbers.add(n);
  }
  for (const key of evidence.rejected) {
    const n = numberOf.get(key);
    if (n === undefined) ghost(`${key} was rejected and never sent`);
    else if (sent[n]?.fate !== "rejected" && !rejectedNumbers.has(n))
      ghost(`${key} was rejected and should have been stored`);
    if (n !== undefined) rejectedNumbers.add(n);
  }

  const logged = evidence.logged.filter((key) => numberOf.has(key));
  const inLog = new Set(logged);
  let lost = 0;
  let acknowledgements = 0;
  sent.forEach((message, n) => {
    if (!acknowledged(n)) return;
    acknowledgements++;
    if (storedNumbers.has(n) || rejectedNumbers.has(n)) return;
    lost++;
    const key = keyOf(message);
    if (examples.length < MOST_EXAMPLES)
      examples.push(
        `${key} was acknowledged and is ${inLog.has(key) ? "only in the log of messages" : "nowhere"}`,
      );
  });

  return {
    sent: sent.length,
    acknowledged: acknowledgements,
    stored: storedNumbers.size,
    rejected: rejectedNumbers.size,
    logDuplicates: logged.length - inLog.size,
    lost,
    ghosts,
    examples,
  };
}
