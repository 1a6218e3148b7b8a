export type { Feed, Publication } from "./feed.ts";
export { loadFeeds } from "./replay.ts";
export { createSimulator, type Simulator, type SimulatorOptions } from "./simulator.ts";
