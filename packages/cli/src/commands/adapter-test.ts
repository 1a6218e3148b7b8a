import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type AdapterEntry, exampleProblems, FOLDER, readExamples } from "@kota/city-adapters";
import { KotaError } from "@kota/model";
import { examplesFolder } from "../adapter-examples.ts";
import { type AdapterSetting, adapterSetting } from "../adapter-setting.ts";

/** `kota adapter test [ID] [--city DIR]`: every example of an adapter or codec, or of all. Leaves with 1 when one is not as it says. */
export async function testAdapters(
  id: string | undefined,
  options: { readonly city?: string },
): Promise<void> {
  const setting = await adapterSetting(options);
  const chosen = id === undefined ? setting.entries : setting.entries.filter((entry) => entry.id === id);
  if (id !== undefined && chosen.length === 0) {
    throw new KotaError(
      "bad_request",
      `There is no adapter '${id}'; there are ${setting.entries.map((entry) => entry.id).join(", ")}.`,
    );
  }
  let examples = 0;
  let failed = 0;
  for (const entry of chosen) {
    const { count, problems } = tested(entry, setting);
    examples += count;
    if (problems.length === 0) {
      console.log(`ok      ${entry.label}: ${count} examples`);
    } else {
      failed++;
      console.log(
        `FAILED  ${entry.label ?? entry.id}\n${problems.map((problem) => `          ${problem}`).join("\n")}`,
      );
    }
  }
  console.log(`\n${chosen.length - failed} passed, ${failed} failed; ${examples} examples`);
  if (failed > 0) process.exitCode = 1;
}

function tested(
  entry: AdapterEntry,
  { adapters, city }: AdapterSetting,
): { readonly count: number; readonly problems: readonly string[] } {
  if (entry.error !== null) return { count: 0, problems: [entry.error] };
  const folder = examplesFolder(entry.id, city);
  const examples = readExamples(folder);
  if (entry.kind === "codec") {
    const alone = examplesOfBytes(join(city, FOLDER, `${entry.id}.json`));
    const count = examples.length + alone;
    if (count === 0) {
      return { count: 0, problems: [`it has no examples in ${folder}, and no ${FOLDER}/${entry.id}.json`] };
    }
    return { count, problems: entry.problems };
  }
  if (examples.length === 0) return { count: 0, problems: [`it has no examples in ${folder}`] };
  return { count: examples.length, problems: exampleProblems(examples, adapters, entry.adapter, null) };
}

/** How many there are; a file that is no list of examples is one problem of the codec's already. */
function examplesOfBytes(file: string): number {
  if (!existsSync(file)) return 0;
  try {
    const list: unknown = JSON.parse(readFileSync(file, "utf8"));
    return Array.isArray(list) ? list.length : 1;
  } catch {
    return 1;
  }
}
