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
export { differences } from "./check-example.ts";
export { createDecoder, type DecodeOutcome, type Decoder, type DecoderOptions } from "./decoder.ts";
export { Example, earlierMessages, exampleMessage } from "./example.ts";
export { parseMapping } from "./mapping/parse-mapping.ts";
export { Refusal, refuse } from "./refusal.ts";
export type { Zone } from "./zone.ts";
