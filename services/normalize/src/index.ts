export { createNormalize, type NormalizeDeps } from "./service.ts";
