export {
  compareScores,
  compareSettings,
  type ModelSide,
  type ScoreChange,
  type SettingChange,
} from "./compare-models.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export { createEvaluator, type Evaluator, evaluate } from "./evaluate.ts";
export { LEFT_OUT, type LeftOut } from "./judged-devices.ts";
export { MINUTE_MS, minuteEnd, minuteOf } from "./minutes.ts";
export { parseScoreModel } from "./parse-score-model.ts";
export { type QualityRules, readingRulesKey } from "./quality/rules.ts";
export {
  closeParts,
  type DeviceReceipt,
  type IndicatorReceipt,
  type PartReceipt,
  type Receipt,
  type ReceiptBasis,
  type ReceiptPlace,
  receiptOf,
  type WholeReceipt,
} from "./receipt.ts";
export { disagreements, type Recomputed, recompute, recomputeAll } from "./recompute.ts";
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
export { horizonsOf, indicatorsOf, OVER_TIME } from "./score-model.ts";
export type { ScoredArea } from "./scored-area.ts";
export { type Added, type ClosedHour, SeriesWindow } from "./series-window.ts";
export { storedReceipt } from "./stored-receipt.ts";
export { type LoadRange, loadWindows, type StoredReadings } from "./stored-windows.ts";
export { emptySummary, HOUR_MS, hourOf, mergeSummaries, type Summary, summaryOfOne } from "./summary.ts";
export {
  type Difference,
  isSame,
  type PublishedHistory,
  type PublishedPoint,
  placesOf,
  publishedIn,
  type ScoreNumbers,
  type VerifyEvent,
  type VerifyOptions,
  verify,
} from "./verify.ts";
export { Windows } from "./windows.ts";
export { readYaml } from "./yaml-problems.ts";
