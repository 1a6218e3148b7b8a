export {
  type Adapter,
  type AdapterSpec,
  type Claims,
  type DecodeContext,
  type DecodedReading,
  defineAdapter,
} from "./adapter.ts";
export { ADAPTERS } from "./adapters.ts";
export { createDecoder, type DecodeOutcome, type Decoder } from "./decoder.ts";
export { Example, exampleMessage } from "./example.ts";
export { matchesTopic } from "./matches-topic.ts";
export { Refusal, refuse } from "./refusal.ts";
export type { Zone } from "./zone.ts";
