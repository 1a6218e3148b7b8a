export { followed, NO_FACTS, type Sighting, sightingOf } from "./condition.ts";
export { type At, dayMean } from "./day.ts";
export { type Evidence, type Finding, findingsOf, type Missing, type Needs, needsOf } from "./findings.ts";
export { type Health, healthOf, type PeerPace, paceOf, peerPaces } from "./pace.ts";
export type { Suspect } from "./suspect.ts";
export { BIN_FULL, BIN_OVER, MISSING_MS, WHO_24H } from "./thresholds.ts";
export type { WatchedDevice } from "./watched-device.ts";
export { byUrgency, WORK_STATUSES, type WorkItem, workItemAt, workItemOf } from "./work-item.ts";
