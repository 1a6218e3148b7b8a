import { meetsExample, parseCodecExamples } from "@kota/codecs";
import { KotaError, messageOf } from "@kota/model";
import { openCodecFile, readText } from "./codec-file.ts";

/** `kota codec test`: a line for every example; the exit code is 1 when one is not met. */
export async function testCodec(
  file: string,
  examplesFile: string | undefined,
  variables: readonly string[],
): Promise<void> {
  const path = examplesFile ?? file.replace(/\.[cm]?js$/, ".json");
  const examples = parseCodecExamples(parseJson(path, readText(path)));
  const codec = await openCodecFile(file, variables);
  let met = 0;
  for (const [index, example] of examples.entries()) {
    const result = codec.decode({ ...example, recvTime: example.recvTime ?? Date.now() });
    const name = example.description ?? `example ${index + 1}`;
    if (meetsExample(result, example)) {
      met++;
      console.log(`ok      ${name} (${codec.lastSteps.toLocaleString("en")} steps)`);
    } else {
      const { data, errors, warnings } = example;
      console.log(`not ok  ${name}`);
      console.log(`        expected ${JSON.stringify({ data, errors, warnings })}`);
      console.log(`        got      ${JSON.stringify(result)}`);
    }
  }
  codec.close();
  console.log(`${met} of ${examples.length} examples are met.`);
  if (met < examples.length) process.exitCode = 1;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new KotaError("bad_request", `${file}: expected JSON: ${messageOf(error)}`, { cause: error });
  }
}
