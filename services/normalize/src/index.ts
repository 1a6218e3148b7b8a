export { announcedSoFar } from "./announcement-log.ts";
export { createNormalizer, type Normalized, type NormalizerOptions } from "./normalize-message.ts";
export { createNormalize, type NormalizeDeps } from "./service.ts";
