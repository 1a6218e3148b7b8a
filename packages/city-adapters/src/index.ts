export {
  type AdapterEntry,
  type AdapterSet,
  type AdapterState,
  type CityAdapters,
  type CityAdaptersOptions,
  openCityAdapters,
} from "./city-adapters.ts";
export { exampleProblems, readExamples } from "./examples.ts";
export { FOLDER } from "./folder.ts";
export type { NamedExample, PartKind } from "./part.ts";
