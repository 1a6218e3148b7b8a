export { createIntake, type Intake } from "./accept.ts";
export { createAckWindow } from "./feeds/ack-window.ts";
export { createPublishSplitter } from "./feeds/publish-splitter.ts";
export * from "./ingest.ts";
