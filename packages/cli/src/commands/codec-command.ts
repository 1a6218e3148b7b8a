import { Command } from "commander";
import { runCodec } from "./codec-run.ts";
import { testCodec } from "./codec-test.ts";

/** `kota codec`: payload codecs of LoRaWAN devices, run as they are in a sandbox. */
export function codecCommand(): Command {
  const codec = new Command("codec").description(
    "Run or test a LoRaWAN payload codec (TS013 decodeUplink, ChirpStack Decode, TTN Decoder) in a sandbox.",
  );
  codec
    .command("run")
    .description("Decode JSON lines from standard input, one line out for each, in order, as they come.")
    .argument("<file>", "the codec, a JavaScript file")
    .option("--variable <name=value>", "given to the codec as input.variables; may be repeated", each, [])
    .addHelpText(
      "after",
      `
A line is {"fPort":1,"bytes":"00ff","recvTime":"2026-05-04T10:00:00Z"}: bytes in hexadecimal; recvTime is the present
time when it is left out. The answer is {"data":{…}} or {"errors":["…"],"code":"…"}, with "warnings" if the codec has
any; an "id" in the line comes back with it. A line that cannot be read gets an answer with "errors", too.

Example:
  echo '{"fPort":1,"bytes":"b402a31500"}' | kota codec run packages/codecs/examples/bin-level.js`,
    )
    .action((file: string, options: { variable: string[] }) =>
      runCodec(file, options.variable, process.stdin, process.stdout),
    );
  codec
    .command("test")
    .description("Compare what a codec makes of examples with what it has to.")
    .argument("<file>", "the codec, a JavaScript file")
    .argument("[examples]", "a JSON file (default: that of the codec's name beside it)")
    .option("--variable <name=value>", "given to the codec as input.variables; may be repeated", each, [])
    .addHelpText(
      "after",
      `
The file is a list of {"description","fPort","bytes","recvTime","data" or "errors","warnings"}. Exits with 1 when an
example is not met.

Example:
  kota codec test packages/codecs/examples/bin-level.js`,
    )
    .action((file: string, examples: string | undefined, options: { variable: string[] }) =>
      testCodec(file, examples, options.variable),
    );
  return codec;
}

function each(value: string, before: string[]): string[] {
  return [...before, value];
}
