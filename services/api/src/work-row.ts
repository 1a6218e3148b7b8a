import { type WorkItem as Item, NO_FACTS, WORK_STATUSES } from "@kota/attention";
import { SUSPECT_FLAGS, WORK_ACTS, WORK_REASONS, type WorkFacts } from "@kota/model";
import { z } from "zod";
import type { Devices } from "./device-view.ts";
import { isoTime, isoTimeOrNull, Time } from "./iso-time.ts";

const value = z.number().nullable();

const Facts = z
  .object({
    metric: z.string().nullable(),
    value,
    time: Time.nullable().describe("Event time of the value"),
    limit: value.describe("What it is beyond; of a sensor unlike its neighbours, the median of these"),
    mean: value.describe("Mean of the hours of the last day"),
    meanHours: value.describe("How many hours there were"),
    meanIsWhole: z.boolean().describe("There were enough to call it the mean of a day"),
    crossedSince: Time.nullable().describe(
      "Since when the value has been beyond the limit; of what is missing, the first hour",
    ),
    crossedBefore: z.boolean().describe("It was so from the first value that was looked at"),
    fullInMs: value.describe("Until a bin is full at its pace, milliseconds"),
    lastSeen: Time.nullable(),
    paceMs: value.describe("How often the device usually sends, milliseconds"),
    flag: z.enum(SUSPECT_FLAGS).nullable().describe("What speaks against the sensor"),
    count: value.describe("Readings that are missing or flagged, or messages that were refused"),
    of: value.describe("Of so many: that came in the hours in which some are missing; of the last hour"),
    rule: z.string().nullable().describe("The alert's rule"),
    title: z.string().nullable(),
    text: z.string().nullable(),
  })
  .describe("What was found, as far as the reason has it; values in the metric's unit");

export const WorkItem = z
  .object({
    id: z.string().describe("Reason and device or area: the same each time it comes back"),
    reason: z.enum(WORK_REASONS),
    device: z.string().nullable(),
    deviceName: z.string().nullable(),
    kind: z.string().nullable().describe("Kind of the device"),
    area: z.string().nullable(),
    severity: z.number().int().min(1).max(3).describe("3 is urgent, 2 soon, 1 worth watching"),
    excess: z.number().describe("How far beyond what is usual or allowed; it ranks items of one severity"),
    status: z.enum(WORK_STATUSES),
    since: Time.describe("Begin of the newest episode"),
    closedAt: Time.nullable(),
    closedBy: z.string().nullable().describe("Null: it is not closed, or its condition was over by itself"),
    acknowledgedBy: z.string().nullable(),
    assignee: z.string().nullable(),
    snoozedUntil: Time.nullable(),
    facts: Facts,
    episodes: z
      .array(z.object({ from: Time, to: Time.nullable() }))
      .describe("From when to when its condition held, the newest last"),
    acts: z
      .array(
        z.object({
          id: z.string(),
          act: z.enum(WORK_ACTS),
          by: z.string(),
          at: Time,
          note: z.string().nullable(),
          to: z.string().nullable().describe("Whom it was assigned to"),
          until: Time.nullable().describe("End of the snooze"),
        }),
      )
      .describe("What people did, the oldest first"),
  })
  .meta({ id: "WorkItem" });
export type WorkItem = z.infer<typeof WorkItem>;

export function factsRow(facts: WorkFacts): z.infer<typeof Facts> {
  return {
    // A condition that was written down by an earlier version has fewer.
    ...NO_FACTS,
    ...facts,
    time: isoTimeOrNull(facts.time),
    crossedSince: isoTimeOrNull(facts.crossedSince),
    lastSeen: isoTimeOrNull(facts.lastSeen),
  };
}

export function workRow({ condition, acts, ...item }: Item, devices: Pick<Devices, "get">): WorkItem {
  const { id, reason, device, area, severity, excess, facts, episodes } = condition;
  const known = device === null ? undefined : devices.get(device);
  return {
    id,
    reason,
    device,
    deviceName: known?.name ?? device,
    kind: known?.kind ?? null,
    area,
    severity,
    excess,
    status: item.status,
    since: isoTime(item.since),
    closedAt: isoTimeOrNull(item.closedAt),
    closedBy: item.closedBy,
    acknowledgedBy: item.acknowledgedBy,
    assignee: item.assignee,
    snoozedUntil: isoTimeOrNull(item.snoozedUntil),
    facts: factsRow(facts),
    episodes: episodes.map(({ from, to }) => ({ from: isoTime(from), to: isoTimeOrNull(to) })),
    acts: acts.map(({ id: actId, act, by, at, note, to, until }) => ({
      id: actId,
      act,
      by,
      at: isoTime(at),
      note,
      to,
      until: isoTimeOrNull(until),
    })),
  };
}
