import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { PartSource } from "./part.ts";

/** The folder of a city that holds its mappings, adapters and codecs. */
export const FOLDER = "adapters";

const CODE = ["adapter.ts", "adapter.js", "adapter.mjs"];
const MAX_DEPTH = 5;

/** The parts in a city's folder, by name; none when it has no folder for them. */
export async function partsIn(city: string): Promise<PartSource[]> {
  const parts: PartSource[] = [];
  for (const name of await namesIn(join(city, FOLDER))) {
    const part = async (kind: PartSource["kind"], id: string, file: string): Promise<void> => {
      parts.push({ kind, id, file: `${FOLDER}/${file}`, city });
    };
    if (/\.mapping\.ya?ml$/.test(name)) continue;
    if (/\.ya?ml$/.test(name)) await part("mapping", name.replace(/\.ya?ml$/, ""), name);
    else if (name.endsWith(".js")) await part("codec", name.slice(0, -3), name);
    else {
      const [code] = (await namesIn(join(city, FOLDER, name))).filter((file) => CODE.includes(file));
      if (code !== undefined) await part("code", name, `${name}/${code}`);
    }
  }
  return parts;
}

/** A text that is another one as soon as a file below the folder is added, removed or written. */
export async function stateOf(city: string): Promise<string> {
  const lines: string[] = [];
  async function walk(path: string, depth: number): Promise<void> {
    for (const name of await namesIn(path)) {
      if (name.startsWith(".") || name === "node_modules") continue;
      const file = join(path, name);
      try {
        const found = await stat(file);
        if (found.isDirectory() && depth < MAX_DEPTH) await walk(file, depth + 1);
        else lines.push(`${file} ${found.mtimeMs} ${found.ctimeMs} ${found.size} ${found.ino}`);
      } catch {
        // It was there a moment ago: the next look tells.
        lines.push(`${file} gone`);
      }
    }
  }
  await walk(join(city, FOLDER), 0);
  return lines.join("\n");
}

/** In order; none for what is no folder. */
async function namesIn(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch {
    return [];
  }
}
