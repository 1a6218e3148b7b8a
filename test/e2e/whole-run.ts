import { DIMENSIONS } from "@kota/model";
import { type Receipt, recompute } from "@kota/scoring";
import { expect } from "vitest";
import { apiClient } from "./api-client.ts";
import { kotaCommand } from "./kota-command.ts";
import { eventually } from "./kota-process.ts";
import { playCity } from "./played-city.ts";

const MINUTE = 60_000;
/** A minute is settled within so long after its end. */
const SETTLED_MS = 20_000;
/** Younger minutes are not verified. */
const VERIFIED_AFTER_MS = 95_000;
/** On a machine that is busy with other things everything takes its time. */
const PATIENCE_MS = 300_000;

/** A kota with the example city, on whatever it stands. */
export interface RunningKota {
  readonly mqttUrl: string;
  /** Another one after a restart. */
  apiUrl(): string;
  /** `kill -9` of whatever scores, and a new one; resolves when that is ready. */
  killScorer(): Promise<void>;
}

interface ReceiptAnswer {
  readonly receipt: Receipt;
  readonly recomputed: number | null;
  readonly published: { readonly score: number | null } | null;
}

interface Revision {
  readonly minute: string;
  readonly revision: number;
  readonly before: { readonly score: number | null };
  readonly after: { readonly score: number | null };
  readonly reason: string;
}

/**
 * Plays the example city, 5 % of it late, kills the scorer twice, plays an hour twice, and looks whether every score still
 * stands: in its receipt, and against what is stored.
 */
export async function expectScoresToHold(kota: RunningKota): Promise<void> {
  const begun = Date.now();
  const api = () => apiClient(kota.apiUrl());
  const city = await playCity(kota.mqttUrl, 26);
  try {
    expect(city.heldBack / (city.published + city.heldBack)).toBeCloseTo(0.05, 2);
    // A whole minute of scores is settled, and will be corrected.
    await untilMinuteIsSettled(Date.now());
    await kota.killScorer();
    expect(await city.replayHour()).toBeGreaterThan(1000);
    expect(await city.sendLate()).toBeGreaterThan(1000);
    const lateAt = Date.now();
    await kota.killScorer();

    const revisions = await eventually(
      async () => {
        const rows = await api().get<Revision[]>(`/v1/scores/revisions?from=${begun}&to=${lateAt}`);
        return rows.some(({ reason }) => /values? came/.test(reason)) ? rows : undefined;
      },
      PATIENCE_MS,
      "a revision for what came late",
    );
    for (const { before, after, revision } of revisions) {
      expect(revision).toBeGreaterThan(0);
      expect(after).not.toEqual(before);
    }
    await expectReceiptsToHold(api());

    await until(Math.ceil(lateAt / MINUTE) * MINUTE + VERIFIED_AFTER_MS);
    await eventually(
      async () => {
        const range = ["--from", String(begun), "--to", String(lateAt + MINUTE)];
        const { code, out, err } = await kotaCommand(["verify", "--url", kota.apiUrl(), ...range], {});
        if (code !== 0) throw new Error(`${code}: ${out.slice(-2000)} ${err}`);
        expect(out).toMatch(
          /^[1-9]\d+ scores of [1-9]\d* minutes and \d+ closed hours: equal to the last digit/,
        );
        return true;
      },
      // What came late is corrected within minutes, and until then it differs.
      PATIENCE_MS,
      "kota verify says equal",
    );
  } finally {
    await city.stop();
  }
}

/** Six dimensions, each with a score or 'not reported', and every score with a receipt that gives it again. */
async function expectReceiptsToHold(api: ReturnType<typeof apiClient>): Promise<void> {
  const rows = await api.scores("?level=all");
  for (const dimension of DIMENSIONS) {
    const row = rows.find(
      (each) => each.area === "city" && each.dimension === dimension && each.aspect === null,
    );
    expect([dimension, row?.score]).toEqual([dimension, expect.any(Number)]);
  }
  const unreported = rows.filter(({ status }) => status === "no_data");
  for (const { score } of unreported) expect(score).toBeNull();
  for (const { area, dimension, aspect, indicator } of rows) {
    const query = new URLSearchParams({ area });
    for (const [level, id] of Object.entries({ dimension, aspect, indicator }))
      if (id !== null) query.set(level, id);
    await eventually(
      async () => {
        const { receipt, recomputed, published } = await api.get<ReceiptAnswer>(
          `/v1/scores/receipt?${query}`,
        );
        expect(recompute(receipt)).toBe(receipt.score);
        expect(recomputed).toBe(receipt.score);
        // While readings are still on their way into the store, the receipt is ahead of what was published.
        expect(published?.score).toBe(receipt.score);
        return true;
      },
      PATIENCE_MS,
      `the receipt of ${query}`,
    );
  }
}

async function untilMinuteIsSettled(since: number): Promise<void> {
  await until(Math.ceil(since / MINUTE) * MINUTE + MINUTE + SETTLED_MS);
}

async function until(time: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, time - Date.now())));
}
