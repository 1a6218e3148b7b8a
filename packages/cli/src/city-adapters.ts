import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ADAPTERS, type Adapter, parseMapping } from "@kota/adapters";
import { KotaError } from "@kota/model";

/** The folder of a city that holds its mappings. */
export const MAPPINGS = "adapters";

/**
 * The adapters of a city: its mappings (`adapters/*.yaml`), then those that come with kota. The first that claims a message
 * decodes it, so that a city may take a topic over.
 * @throws KotaError `city_invalid` that names the file and what is wrong in it.
 */
export function adaptersOf(city: string): readonly Adapter[] {
  const mappings = mappingsOf(city);
  const known = new Map(ADAPTERS.map(({ id }) => [id, "an adapter that comes with kota"]));
  const topics = new Map<string, string>();
  for (const { id, claims } of mappings) {
    const file = `${MAPPINGS}/${id}.yaml`;
    const other = known.get(id);
    if (other !== undefined) {
      throw new KotaError("city_invalid", `${file}: '${id}' is the name of ${other}; rename the file.`);
    }
    known.set(id, file);
    for (const topic of claims.topics ?? []) {
      const owner = topics.get(topic);
      if (owner !== undefined) {
        throw new KotaError("city_invalid", `${file}: the topics '${topic}' are already those of ${owner}.`);
      }
      topics.set(topic, file);
    }
  }
  return [...mappings, ...ADAPTERS];
}

/** The mappings of a city's folder by name; none when it has no folder for them. */
function mappingsOf(city: string): Adapter[] {
  const dir = join(city, MAPPINGS);
  if (!existsSync(dir)) return [];
  return readdirSync(dir)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) =>
      parseMapping(
        basename(name).replace(/\.ya?ml$/, ""),
        readFileSync(join(dir, name), "utf8"),
        `${MAPPINGS}/${name}`,
      ),
    );
}
