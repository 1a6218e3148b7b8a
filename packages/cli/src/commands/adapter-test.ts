import { createDecoder, differences, earlierMessages, exampleMessage } from "@kota/adapters";
import { examplesFolder, readExamples } from "../adapter-examples.ts";
import { adapterNamed, adapterSetting } from "../adapter-setting.ts";

/** `kota adapter test [ID]`: every example of an adapter, or of all. Leaves with 1 when one is not as it says. */
export function testAdapters(id: string | undefined): void {
  const { adapters, city } = adapterSetting();
  const chosen = id === undefined ? adapters : [adapterNamed(id, adapters)];
  let examples = 0;
  let failed = 0;
  for (const adapter of chosen) {
    const found = readExamples(examplesFolder(adapter.id, city));
    const problems: string[] = [];
    if (found.length === 0) problems.push(`it has no examples in ${examplesFolder(adapter.id, city)}`);
    for (const { name, example } of found) {
      examples++;
      const decoder = createDecoder(adapters, { timeZone: example.timeZone ?? "UTC" });
      for (const earlier of earlierMessages(example)) decoder.decode(earlier);
      const outcome = decoder.decode(exampleMessage(example));
      if (outcome.adapter !== adapter.label) {
        problems.push(`${name}: went to ${outcome.adapter ?? "no adapter"} instead`);
      }
      for (const difference of differences(example, outcome)) problems.push(`${name}: ${difference}`);
    }
    if (problems.length === 0) {
      console.log(`ok      ${adapter.label}: ${found.length} examples`);
    } else {
      failed++;
      console.log(
        `FAILED  ${adapter.label}\n${problems.map((problem) => `          ${problem}`).join("\n")}`,
      );
    }
  }
  console.log(`\n${chosen.length - failed} passed, ${failed} failed; ${examples} examples`);
  if (failed > 0) process.exitCode = 1;
}
