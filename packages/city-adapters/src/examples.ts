import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ADAPTERS,
  type Adapter,
  createDecoder,
  type DecodeOutcome,
  differences,
  Example,
  earlierMessages,
  exampleMessage,
  type PayloadCodec,
} from "@kota/adapters";
import { KotaError, messageOf } from "@kota/model";
import type { NamedExample } from "./part.ts";

/**
 * The examples in a folder, by name; none when there is no such folder.
 * @throws KotaError `bad_request` that names a file that is no example, and why.
 */
export function readExamples(folder: string): NamedExample[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => ({
      name: name.replace(/\.json$/, ""),
      example: readExample(readFileSync(join(folder, name), "utf8"), join(folder, name)),
    }));
}

function readExample(text: string, file: string): Example {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new KotaError("bad_request", `${file} is not JSON: ${messageOf(cause)}`, { cause });
  }
  const parsed = Example.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new KotaError(
    "bad_request",
    `${file} is no example: ${parsed.error.issues.map((issue) => `${issue.path.join(".") || "(whole)"}: ${issue.message}`).join("; ")}`,
  );
}

/** What the messages of examples become, and how that differs from what they say, in sentences; empty: in nothing. */
export function exampleProblems(
  examples: readonly NamedExample[],
  adapters: readonly Adapter[],
  /** The adapter that has to decode them; null: any. */
  adapter: Adapter | null,
  /** What reads the bytes of every device in them; null: nothing. */
  codec: PayloadCodec | null,
): string[] {
  return examples.flatMap(({ name, example }) => {
    const decoder = createDecoder(adapters, {
      timeZone: example.timeZone ?? "UTC",
      codecFor: () => codec,
    });
    for (const earlier of earlierMessages(example)) decoder.decode(earlier);
    const outcome = decoder.decode(exampleMessage(example));
    return [...wentAstray(outcome, adapter, codec), ...differences(example, outcome)].map(
      (problem) => `${name}: ${problem}`,
    );
  });
}

function wentAstray(outcome: DecodeOutcome, adapter: Adapter | null, codec: PayloadCodec | null): string[] {
  if (adapter && outcome.adapter !== adapter.label) {
    return [`Went to ${outcome.adapter ?? "no adapter"} instead.`];
  }
  return codec && outcome.codec === undefined ? ["The message holds no bytes for the codec to read."] : [];
}

/** With the adapters that come with kota, which its topics have to stand against. */
export function besideKotas(adapter: Adapter): readonly Adapter[] {
  return [adapter, ...ADAPTERS];
}
