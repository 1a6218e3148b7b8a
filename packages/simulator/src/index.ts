export type { Feed, Publication } from "./feed.ts";
export { type LoadOptions, type LoadResult, publishLoad } from "./load.ts";
export { loadFeeds } from "./replay.ts";
export { createSimulator, type Simulator, type SimulatorOptions } from "./simulator.ts";
