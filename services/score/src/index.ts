export { createScore, type ScoreDependencies } from "./score.ts";
