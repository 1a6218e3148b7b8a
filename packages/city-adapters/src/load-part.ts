import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ADAPTERS, type Adapter, parseCodecMapping, parseMapping } from "@kota/adapters";
import { type Codec, meetsExample, openCodec, parseCodecExamples } from "@kota/codecs";
import { KotaError, messageOf } from "@kota/model";
import { withinTime } from "./bounded-time.ts";
import { besideKotas, exampleProblems, readExamples } from "./examples.ts";
import { FOLDER } from "./folder.ts";
import { type AdapterSurroundings, guardedAdapter } from "./guarded-adapter.ts";
import { type CodecSurroundings, guardedCodec, unguardedCodec } from "./guarded-codec.ts";
import { bundleCode, evaluateCode } from "./load-code.ts";
import type { NamedExample, Part, PartSource } from "./part.ts";

const EXAMPLES_MS = 10_000;

/** What a part's files hold, and a hash of it: loading the same again would give the same. */
export interface PartContent {
  readonly source: PartSource;
  /** The text of the mapping or the codec, or the bundled script. */
  readonly text: string;
  /** The mapping of a codec. */
  readonly mapping: { readonly text: string; readonly file: string } | null;
  /** Examples of a codec alone, beside it. */
  readonly codecExamples: string | null;
  readonly examples: readonly NamedExample[];
  /** Of all that decides what a message decodes to. */
  readonly hash: string;
  /** With the examples. */
  readonly wholeHash: string;
}

/**
 * Reads the files of a part, without running any of them.
 * @throws KotaError `city_invalid` or `bad_request` that names the file and what is wrong in it.
 */
export async function readPart(source: PartSource): Promise<PartContent> {
  const { kind, id, city, file } = source;
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id)) {
    throw new KotaError(
      "city_invalid",
      `${file}: use small letters, digits and single hyphens for the name, not '${id}'.`,
    );
  }
  const text = kind === "code" ? await bundleCode(source) : read(join(city, file), file);
  const mapping = kind === "codec" ? mappingBeside(city, id) : null;
  const codecExamples = kind === "codec" ? optional(join(city, FOLDER, `${id}.json`)) : null;
  const examples = readExamples(join(city, FOLDER, id, "examples"));
  const hash = hashOf(text, mapping?.text ?? null);
  return {
    source,
    text,
    mapping,
    codecExamples,
    examples,
    hash,
    wholeHash: hashOf(hash, codecExamples, JSON.stringify(examples)),
  };
}

/**
 * Loads a part.
 * @throws KotaError `city_invalid` that names the file and what is wrong in it.
 */
export async function loadPart(
  content: PartContent,
  surroundings: CodecSurroundings & AdapterSurroundings,
): Promise<Part> {
  const { source, text } = content;
  if (ADAPTERS.some(({ id }) => id === source.id)) {
    throw new KotaError(
      "city_invalid",
      `${source.file}: '${source.id}' is the name of an adapter that comes with kota; rename it.`,
    );
  }
  switch (source.kind) {
    case "mapping":
      return adapterPart(content, parseMapping(source.id, text, source.file));
    case "code":
      return codePart(content, evaluateCode(text, source), surroundings);
    case "codec":
      return codecPart(content, surroundings);
  }
}

function adapterPart({ source, hash, examples }: PartContent, adapter: Adapter): Part {
  return {
    ...source,
    label: adapter.label,
    title: adapter.title,
    hash,
    adapter,
    codec: null,
    suspendedUntil: () => null,
    checkExamples: () => inTime(() => exampleProblems(examples, besideKotas(adapter), adapter, null)),
  };
}

function codePart(content: PartContent, inner: Adapter, surroundings: AdapterSurroundings): Part {
  const { adapter, suspendedUntil } = guardedAdapter(inner, content.source.file, surroundings);
  return { ...adapterPart(content, inner), adapter, suspendedUntil };
}

async function codecPart(content: PartContent, surroundings: CodecSurroundings): Promise<Part> {
  const { source, text, hash, examples, mapping, codecExamples } = content;
  const { id: name, file } = source;
  let opened: Codec;
  try {
    opened = await openCodec(text);
  } catch (cause) {
    throw new KotaError("city_invalid", `${file}: ${messageOf(cause)}`, { cause });
  }
  const parts = {
    name,
    label: `${name}.${hash.slice(0, 8)}`,
    mapping: mapping && parseCodecMapping(mapping.text, mapping.file),
    codec: opened,
  };
  const guarded = guardedCodec(parts, surroundings);
  return {
    ...source,
    label: parts.label,
    title: `Codec of LoRaWAN devices (${file})`,
    hash,
    adapter: null,
    codec: guarded,
    suspendedUntil: guarded.suspendedUntil,
    checkExamples: () => [
      ...codecProblems(opened, codecExamples, `${FOLDER}/${name}.json`),
      ...inTime(() => exampleProblems(examples, ADAPTERS, null, unguardedCodec(parts))),
    ],
  };
}

/** Examples of bytes and data, as `kota codec test` takes them. */
function codecProblems(codec: Codec, text: string | null, file: string): string[] {
  if (text === null) return [];
  let examples: ReturnType<typeof parseCodecExamples>;
  try {
    examples = parseCodecExamples(JSON.parse(text));
  } catch (error) {
    return [`${file}: ${messageOf(error)}`];
  }
  return examples.flatMap((example, index) => {
    const result = codec.decode({ ...example, recvTime: example.recvTime ?? 0 });
    if (meetsExample(result, example)) return [];
    const { description = `example ${index + 1}`, data, errors, warnings } = example;
    return [
      `${file}, ${description}: expected ${JSON.stringify({ data, errors, warnings })}, came ${JSON.stringify(result)}`,
    ];
  });
}

/** The examples of an adapter that does not come to an end are not as they say either. */
function inTime(check: () => string[]): string[] {
  try {
    return withinTime(check, EXAMPLES_MS);
  } catch (error) {
    return [`The examples: ${messageOf(error)}`];
  }
}

function mappingBeside(city: string, id: string): PartContent["mapping"] {
  for (const ending of ["yaml", "yml"]) {
    const file = `${FOLDER}/${id}.mapping.${ending}`;
    const text = optional(join(city, file));
    if (text !== null) return { text, file };
  }
  return null;
}

function optional(path: string): string | null {
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

function read(path: string, file: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new KotaError("city_invalid", `${file}: cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function hashOf(...texts: readonly (string | null)[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex");
}
