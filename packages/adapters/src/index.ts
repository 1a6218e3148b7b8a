export {
  type Adapter,
  type AdapterSpec,
  type BytesAdapterSpec,
  type Claims,
  type DecodeContext,
  type DecodedReading,
  defineAdapter,
  defineBytesAdapter,
  defineTextAdapter,
  type TextAdapterSpec,
} from "./adapter.ts";
export { ADAPTERS } from "./adapters.ts";
export {
  type Announced,
  type Announcements,
  createAnnouncements,
  type SharedAnnouncements,
} from "./announcements.ts";
export {
  type AdapterAnswer,
  type Asked,
  askAdapters,
  forEveryTopic,
} from "./ask-adapters.ts";
export { differences } from "./check-example.ts";
export { type CodecOutcome, codecOutcome, type FieldOutcome } from "./codec-outcome.ts";
export { Collector } from "./collector.ts";
export { createDecoder, type DecodeOutcome, type Decoder, type DecoderOptions } from "./decoder.ts";
export { Example, earlierMessages, exampleMessage } from "./example.ts";
export { forkAnnouncements } from "./forked-announcements.ts";
export { type CodecMapping, parseCodecMapping } from "./mapping/codec-mapping.ts";
export { parseMapping } from "./mapping/parse-mapping.ts";
export type { CodecFor, PayloadCodec, RawUplink } from "./payload-codec.ts";
export { Refusal, refuse } from "./refusal.ts";
export { topicLevel } from "./topic-level.ts";
export { inUnitOf } from "./units.ts";
export type { Zone } from "./zone.ts";
