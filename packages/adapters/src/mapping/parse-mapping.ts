import type { Adapter } from "../adapter.ts";
import { mappingAdapter } from "./mapping-adapter.ts";
import { invalid, parseDescription } from "./parse-description.ts";
import { Mapping } from "./schema.ts";

/**
 * The adapter that a mapping file describes. `id` is the name of the file without its ending; `file` names it in messages.
 * @throws KotaError `city_invalid` that names file, key, what was expected and what came.
 */
export function parseMapping(id: string, text: string, file: string): Adapter {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id)) {
    throw invalid(file, `the name of a mapping is in small letters, digits and single hyphens, not '${id}'`);
  }
  return mappingAdapter(id, parseDescription(Mapping, text, file), file);
}
