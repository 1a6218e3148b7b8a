import {
  type AlertEvent,
  type AlertTableRecord,
  type AnnouncementRecord,
  alertTableKey,
  type DevicePosition,
  type DeviceRecord,
  type LedgerRecord,
  type Message,
  type Reading,
  type Rejection,
  type Replay,
  type Report,
  type RollUp,
  type Score,
  type ScoreRevision,
  scoreKey,
  type WorkRecord,
  workKey,
} from "@kota/model";
import { jsonLines } from "./codecs.ts";
import { messageFrames } from "./message-frames.ts";
import { orderKey } from "./order-key.ts";
import { readingRows } from "./reading-rows.ts";
import type { Topic, TopicSettings } from "./topic.ts";

const DAY = 86_400_000;

/** What came in, untouched. Kept longest of all, so that it can be decoded again with a better adapter. */
export const MESSAGES: Topic<Message> = {
  name: "kota.messages",
  codec: messageFrames,
  keyOf: (message) => orderKey(message.topic),
  partitions: 6,
  retentionMs: 7 * DAY,
  cleanup: "delete",
};

export const READINGS: Topic<Reading> = {
  name: "kota.readings",
  codec: readingRows,
  keyOf: (reading) => reading.device,
  partitions: 6,
  retentionMs: 7 * DAY,
  cleanup: "delete",
};

export const REJECTIONS: Topic<Rejection> = {
  name: "kota.rejections",
  codec: jsonLines(),
  keyOf: (rejection) => rejection.topic,
  partitions: 1,
  retentionMs: 30 * DAY,
  cleanup: "delete",
};

/** The newest score of each key; the history is in the time series, which may be away for `compactAfterMs` and misses none. */
export const SCORES: Topic<Score> = {
  name: "kota.scores",
  codec: jsonLines(),
  keyOf: scoreKey,
  partitions: 1,
  retentionMs: 7 * DAY,
  cleanup: "compact",
  compactAfterMs: DAY / 4,
};

/** Corrected scores of past minutes, each with what was published before. */
export const SCORE_REVISIONS: Topic<ScoreRevision> = {
  name: "kota.score-revisions",
  codec: jsonLines(),
  keyOf: scoreKey,
  partitions: 1,
  retentionMs: 30 * DAY,
  cleanup: "delete",
};

/** Closed hours of every series: what the scorer rebuilds its windows from after a restart. */
export const ROLL_UPS: Topic<RollUp> = {
  name: "kota.roll-ups",
  codec: jsonLines(),
  keyOf: (rollUp) => `${rollUp.device}/${rollUp.metric}/${rollUp.start}`,
  partitions: 6,
  retentionMs: 3 * DAY,
  cleanup: "compact-and-delete",
};

/** What was decided about devices over the API: the newest record of each stands over its row in `devices.csv`. */
export const DEVICES: Topic<DeviceRecord> = {
  name: "kota.devices",
  codec: jsonLines(),
  keyOf: (record) => record.id,
  partitions: 1,
  retentionMs: 7 * DAY,
  cleanup: "compact",
};

/** Where devices that may move said that they are: of each the newest. */
export const POSITIONS: Topic<DevicePosition> = {
  name: "kota.positions",
  codec: jsonLines(),
  keyOf: (position) => position.device,
  partitions: 1,
  retentionMs: 7 * DAY,
  cleanup: "compact",
};

/** Which rejections were replayed, and what became of them. */
export const REPLAYS: Topic<Replay> = {
  name: "kota.replays",
  codec: jsonLines(),
  keyOf: (replay) => replay.id,
  partitions: 1,
  retentionMs: 90 * DAY,
  cleanup: "compact-and-delete",
};

/** What devices announced about their later messages: what normalize decodes those with after a restart. */
export const ANNOUNCEMENTS: Topic<AnnouncementRecord> = {
  name: "kota.announcements",
  codec: jsonLines(),
  keyOf: ({ adapter, key, part }) => JSON.stringify([adapter, key, part]),
  partitions: 1,
  retentionMs: 7 * DAY,
  cleanup: "compact",
};

/** What needs attention, and what people did about it. */
export const WORK: Topic<WorkRecord> = {
  name: "kota.work",
  codec: jsonLines(),
  keyOf: workKey,
  partitions: 1,
  retentionMs: 400 * DAY,
  cleanup: "compact-and-delete",
};

/** The state of every alert, with what is still to be told of it, and maintenance windows. */
export const ALERTS: Topic<AlertTableRecord> = {
  name: "kota.alerts",
  codec: jsonLines(),
  keyOf: alertTableKey,
  partitions: 1,
  retentionMs: 7 * DAY,
  cleanup: "compact",
};

/** Every report that was received, corrections beside what they correct: which of them counts follows from all of them. */
export const REPORTS: Topic<Report> = {
  name: "kota.reports",
  codec: jsonLines(),
  keyOf: (report) => report.id,
  partitions: 1,
  retentionMs: 7 * DAY,
  cleanup: "compact",
};

/** Every change of an alert's state. One that was appended twice has the same id. */
export const ALERT_HISTORY: Topic<AlertEvent> = {
  name: "kota.alert-history",
  codec: jsonLines(),
  keyOf: (event) => `${event.rule}@${event.subject}`,
  partitions: 1,
  retentionMs: 90 * DAY,
  cleanup: "delete",
};

/** The delivery ledger by device and hour: closed hours, and open ones as they stand. One partition, so that the last word is the last. */
export const LEDGER: Topic<LedgerRecord> = {
  name: "kota.ledger",
  codec: jsonLines(),
  keyOf: ({ device, hour, open }) => `${device ?? ""}/${hour}${open ? "/open" : ""}`,
  partitions: 1,
  retentionMs: 30 * DAY,
  cleanup: "compact-and-delete",
};

/** Every topic that kota uses. */
export const TOPICS: readonly TopicSettings[] = [
  MESSAGES,
  READINGS,
  REJECTIONS,
  SCORES,
  SCORE_REVISIONS,
  ROLL_UPS,
  DEVICES,
  POSITIONS,
  REPLAYS,
  ANNOUNCEMENTS,
  REPORTS,
  WORK,
  ALERTS,
  ALERT_HISTORY,
  LEDGER,
];
