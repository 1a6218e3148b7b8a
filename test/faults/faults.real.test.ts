import { afterAll, describe, expect, it } from "vitest";
import { ROWS } from "./src/rows.ts";
import { missing, runRow } from "./src/run-row.ts";
import { Servers } from "./src/servers.ts";

/** One row of each kind, short and without their scores, which whole-run.long.test.ts has; `pnpm faults` has all, and longer. */
const SHORT = ["F1", "F2b", "F6", "E1"];
const OPTIONS = { messages: 3000, rate: 1000, outage: 4, kills: 1, scores: "none" } as const;

describe("under faults, every acknowledged message is stored exactly once or rejected", () => {
  const servers = new Servers();
  afterAll(() => servers.discard());

  for (const row of ROWS.filter(({ id }) => SHORT.includes(id))) {
    const why = missing(row);
    it.skipIf(why !== "")(
      `${row.id}: ${row.fault}${why === "" ? "" : ` (${why})`}`,
      async () => {
        const { result } = await runRow(row, { ...OPTIONS, servers, say: () => {} });
        expect(result?.failures).toEqual([]);
        expect(result).toMatchObject({ lost: 0, ghosts: 0 });
        expect(result?.acknowledged).toBeGreaterThanOrEqual(OPTIONS.messages);
      },
      180_000,
    );
  }
});
