export { createIntake, type Intake } from "./accept.ts";
export { createAckWindow } from "./feeds/ack-window.ts";
export * from "./ingest.ts";
