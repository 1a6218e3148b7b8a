/** What became, or would become, of a selection of rejections: the answer of the API, summed over its pages. */
export interface ReplayResult {
  readonly dryRun: boolean;
  readonly selected: number;
  readonly repaired: number;
  readonly readings: number;
  readonly stillRejected: readonly Reason[];
  readonly undecided: number;
  readonly settled: number;
  readonly notReplayable: readonly Reason[];
  readonly appended: number;
  readonly nextCursor: string | null;
}

interface Reason {
  readonly code: string;
  readonly count: number;
  readonly reason: string;
}

export function addResults(a: ReplayResult, b: ReplayResult): ReplayResult {
  return {
    dryRun: b.dryRun,
    selected: a.selected + b.selected,
    repaired: a.repaired + b.repaired,
    readings: a.readings + b.readings,
    stillRejected: addReasons(a.stillRejected, b.stillRejected),
    undecided: a.undecided + b.undecided,
    settled: a.settled + b.settled,
    notReplayable: addReasons(a.notReplayable, b.notReplayable),
    appended: a.appended + b.appended,
    nextCursor: b.nextCursor,
  };
}

/** The lines for a person. */
export function replayText(result: ReplayResult): string[] {
  const { dryRun, selected, repaired, readings, stillRejected, undecided, settled, notReplayable } = result;
  const lines = [`${count(selected, "rejection")} selected`];
  const add = (n: number, text: string) => {
    if (n > 0) lines.push(`  ${n.toLocaleString("en")} ${text}`);
  };
  add(repaired, `${dryRun ? "would now give" : "repaired, giving"} ${count(readings, "reading")}`);
  add(sum(stillRejected), "still rejected");
  for (const reason of stillRejected) lines.push(reasonLine(reason));
  add(
    undecided,
    `${dryRun ? "need" : "sent again; they need"} what earlier messages announced, which nobody has so far`,
  );
  add(settled, "settled by an earlier replay, and left as they are");
  add(sum(notReplayable), "cannot be replayed");
  for (const reason of notReplayable) lines.push(reasonLine(reason));
  lines.push(
    !dryRun
      ? `${count(result.appended, "message")} put into the log again.`
      : repaired + undecided > 0
        ? "Nothing was changed. With --apply the messages are put into the log again."
        : "Nothing was changed.",
  );
  return lines;
}

function addReasons(a: readonly Reason[], b: readonly Reason[]): Reason[] {
  const sums = new Map(a.map((one) => [one.code, one]));
  for (const one of b) {
    const known = sums.get(one.code);
    sums.set(one.code, known ? { ...known, count: known.count + one.count } : one);
  }
  return [...sums.values()].sort((x, y) => y.count - x.count);
}

function reasonLine({ code, count: n, reason }: Reason): string {
  return `    ${n.toLocaleString("en").padStart(7)}  ${code}: ${reason}`;
}

function sum(reasons: readonly Reason[]): number {
  return reasons.reduce((total, one) => total + one.count, 0);
}

function count(n: number, what: string): string {
  return `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
}
