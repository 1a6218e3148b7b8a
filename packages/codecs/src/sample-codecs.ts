import { readdir, readFile } from "node:fs/promises";
import { type CodecExample, parseCodecExamples } from "./codec-example.ts";

/** A codec that comes with kota, to start from. */
export interface SampleCodec {
  readonly name: string;
  readonly source: string;
  readonly examples: readonly CodecExample[];
}

const FOLDER = new URL("../examples/", import.meta.url);

/** The codecs of the folder `examples`, by name. */
export async function sampleCodecs(): Promise<readonly SampleCodec[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".js")).sort();
  return Promise.all(
    files.map(async (file): Promise<SampleCodec> => {
      const name = file.replace(/\.js$/, "");
      const [source, examples] = await Promise.all(
        [file, `${name}.json`].map((each) => readFile(new URL(each, FOLDER), "utf8")),
      );
      return { name, source: source ?? "", examples: parseCodecExamples(JSON.parse(examples ?? "[]")) };
    }),
  );
}
