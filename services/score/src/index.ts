export { createScore, type ScoreDependencies } from "./score.ts";
export { scoreWithDevices } from "./score-with-devices.ts";
