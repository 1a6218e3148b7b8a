import { z } from "zod";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { CODES } from "./rejection-row.ts";
import type { Place, ReplayReport } from "./replay.ts";

const count = z.number().int().min(0);

function reasons<C extends z.ZodType<string>>(code: C) {
  return z.array(z.object({ code, count, reason: z.string().describe("Of one of them") }));
}

export const ReplayView = z
  .object({
    dryRun: z.boolean(),
    selected: count.describe("Rejections that were looked at and are in the selection"),
    repaired: count.describe("Messages that give readings now"),
    readings: count.describe("How many readings these messages give"),
    stillRejected: reasons(z.enum(CODES)).describe("By the reason of today"),
    undecided: count.describe(
      "Messages that need what earlier ones announced, which nobody has announced so far",
    ),
    settled: count.describe("Settled by an earlier replay, and left as they are"),
    notReplayable: reasons(z.enum(["payload_cut", "stored_reading"])),
    appended: count.describe("Messages that were put into the log again; 0 in a dry run"),
    nextCursor: z.string().nullable().describe("Send it as `cursor` to go on; null: that was all"),
  })
  .meta({ id: "Replay" });
export type ReplayView = z.infer<typeof ReplayView>;

export function replayView({ next, ...report }: ReplayReport, dryRun: boolean): ReplayView {
  return {
    dryRun,
    ...report,
    stillRejected: [...report.stillRejected],
    notReplayable: [...report.notReplayable],
    nextCursor: next ? encodeCursor([next.time, next.id]) : null,
  };
}

export function placeOf(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const [time, id] = decodeCursor(z.tuple([z.number().int(), z.string()]), cursor);
  return { time, id };
}
