export { type Bounds, boundsOf } from "./bounds.ts";
export {
  compareScores,
  compareSettings,
  type ModelSide,
  type ScoreChange,
  type SettingChange,
} from "./compare-models.ts";
export { formatDuration } from "./duration.ts";
export { duration, durationLike } from "./duration-text.ts";
export {
  createEvaluator,
  type Evaluator,
  evaluate,
  type ScorePlace,
  type ShownScore,
} from "./evaluate.ts";
export { type EvidenceRow, evidenceRows, QUALITY_CLASSES } from "./evidence/evidence-rows.ts";
export { CHECKS, FITS, STANDARDS, standardText } from "./evidence/standards.ts";
export {
  type FillForecast,
  type FillHistory,
  FORECAST_STATES,
  fillHistory,
  forecastFill,
} from "./forecast/fill-forecast.ts";
export { LEFT_OUT, type LeftOut } from "./judged-devices.ts";
export { MINUTE_MS, minuteEnd, minuteOf } from "./minutes.ts";
export { MOVE_CODES } from "./moves/candidates.ts";
export { closeIndicators } from "./moves/close-indicators.ts";
export { byGain, findMoves } from "./moves/find-moves.ts";
export type { Move } from "./moves/move.ts";
export { parseScoreModel } from "./parse-score-model.ts";
export { type QualityRules, readingRulesKey } from "./quality/rules.ts";
export { firstLookedAt } from "./quality/stuck-hours.ts";
export { type Suspicion, suspicionOf } from "./quality/suspicion.ts";
export { medianOf, unlikeNeighbours } from "./quality/unlike-neighbours.ts";
export {
  closeParts,
  type DeviceReceipt,
  type IndicatorReceipt,
  type PartReceipt,
  type Receipt,
  type ReceiptBasis,
  receiptOf,
  type WholeReceipt,
} from "./receipt.ts";
export type { ReceiptPlace } from "./receipt-head.ts";
export { disagreements, type Recomputed, recompute, recomputeAll } from "./recompute.ts";
export { type BookedReport, NO_REPORTS, ReportBook, type Reports } from "./reports/report-book.ts";
export type { ReportEvidence, ReportedReceipt } from "./reports/reported-receipt.ts";
export type {
  Across,
  Aspect,
  Goalpost,
  Indicator,
  MeasuredIndicator,
  ModelDimension,
  OverDevices,
  OverTime,
  ReportedIndicator,
  ScoreModel,
} from "./score-model.ts";
export {
  horizonsOf,
  measuredIndicatorsOf,
  metricsAskedOf,
  metricsByMinute,
  OVER_TIME,
  reportedIndicatorsOf,
} from "./score-model.ts";
export type { ScoreNumbers } from "./score-numbers.ts";
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
  type VerifyEvent,
  type VerifyOptions,
  verify,
} from "./verify.ts";
export { Windows } from "./windows.ts";
export { parseYaml } from "./yaml-text.ts";
