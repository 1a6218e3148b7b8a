export { ANCHORED_INDICES, type AnchoredIndex, anchorsOf } from "./anchors.ts";
export { type Answer, answer, answerLine, LONGEST_LINE } from "./answer.ts";
export { type Eaqi, eaqi } from "./eaqi.ts";
export { type AirState, ppbToUgM3, ugM3ToPpb } from "./gas-conversion.ts";
export { type HeatIndex, heatIndex, type WbgtSimple, wbgtSimple } from "./heat.ts";
export { dailyMean, eightHourMean, type HourlyMean, type Hours } from "./hourly-mean.ts";
export { type Ispu, ispu, ispuCategory } from "./ispu.ts";
export { type NoiseLevels, noise } from "./noise.ts";
export { type NoNowcast, type Nowcast, type NowcastPollutant, nowcast } from "./nowcast.ts";
export {
  AVERAGINGS,
  type Averaging,
  POLLUTANTS,
  type Pollutant,
  UNITS,
  type Unit,
} from "./pollutant.ts";
export { isRefused, type RefusalCode, type Refused } from "./refused.ts";
export { INDEX_NAMES, type IndexName } from "./request.ts";
export type { Confidence, TableHead } from "./table.ts";
export { TABLES } from "./tables/all.ts";
export { GASES, type Gas } from "./tables/molar-mass.ts";
export { WHO_AVERAGINGS, type WhoAveraging } from "./tables/who-2021.ts";
export { type UsEpaAqi, usEpaAqi, usEpaCategory, usEpaSo2Aqi } from "./us-epa-aqi.ts";
export { type WhoRatio, whoRatio } from "./who-guideline.ts";
export { type WorstOf, worstOf } from "./worst-of.ts";
