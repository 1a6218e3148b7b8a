export { type Codec, type CodecOptions, openCodec } from "./codec.ts";
export {
  type CodecExample,
  meetsExample,
  parseCodecExamples,
  plainUplink,
  UplinkText,
} from "./codec-example.ts";
export type {
  CodecData,
  CodecFailure,
  CodecFailureCode,
  CodecInput,
  CodecResult,
  JsonObject,
  JsonValue,
} from "./codec-result.ts";
export { type CodecLimits, DEFAULT_LIMITS } from "./limits.ts";
export { sampleCodecs } from "./sample-codecs.ts";
