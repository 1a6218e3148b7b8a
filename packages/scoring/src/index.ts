export { createEvaluator, type Evaluator, evaluate, type ScoredArea } from "./evaluate.ts";
export { parseScoreModel } from "./parse-score-model.ts";
export type {
  Across,
  Aspect,
  Goalpost,
  Indicator,
  ModelDimension,
  OverDevices,
  OverTime,
  ScoreModel,
} from "./score-model.ts";
export { horizonsOf, indicatorsOf } from "./score-model.ts";
export { type Added, type ClosedHour, SeriesWindow } from "./series-window.ts";
export { HOUR_MS, hourOf, mergeSummaries, type Summary, summaryOfOne } from "./summary.ts";
export { Windows } from "./windows.ts";
