export { createNormalizer, type Normalized } from "./normalize-message.ts";
export { createNormalize, type NormalizeDeps } from "./service.ts";
