import { codecOutcome, type FieldOutcome } from "@kota/adapters";
import { type CodecExample, meetsExample, openCodec, parseCodecExamples, sampleCodecs } from "@kota/codecs";
import { KotaError, messageOf, metric } from "@kota/model";
import { z } from "zod";
import type { App } from "../context.ts";
import { createTurns } from "../one-at-a-time.ts";
import { answers, HttpProblem } from "../problem.ts";
import { parameters } from "../query.ts";

/** Characters. The largest codec that vendors publish has some 100,000. */
const LONGEST_SOURCE = 128 * 1024;
const MOST_UPLINKS = 50;
const MOST_WAITING = 8;
/**
 * Real codecs take 2,500 to 100,000 steps. Loading may take 20 times as many; so a request holds the process for some 0.1 s
 * at the very most for loading, and a few milliseconds for each uplink.
 */
const LIMITS = { steps: 1_000_000, memory: 8 << 20, output: 64 << 10 };

const Uplink = z.looseObject({
  fPort: z.number(),
  bytes: z.string().max(8_192).describe("Hexadecimal digits, two for each byte"),
});

const RunBody = z.strictObject({
  source: z.string().min(1).max(LONGEST_SOURCE),
  uplinks: z
    .array(Uplink)
    .min(1)
    .max(MOST_UPLINKS)
    .describe(
      "Each an uplink, or an example: with what it has to give, `data` or `errors`, and `warnings`. `recvTime` is optional",
    ),
  variables: z.record(z.string().max(200), z.string().max(4_000)).default({}),
});

const Field = z.object({
  field: z.string().describe("Its path in the data"),
  holds: z.string().describe("What it holds, in words"),
  metric: z.string().nullable().describe("What it becomes; null: nothing, see `why`"),
  value: z.number().nullable().describe("In the metric's unit"),
  unit: z.string().nullable().describe("UCUM code"),
  channel: z.string().nullable().describe("Of a device with several sensors; null: the device's own value"),
  isPossible: z.boolean().nullable().describe("False: the catalogue says that it cannot be; null: no value"),
  why: z
    .enum(["unknown_name", "no_number", "other_unit", "too_deep"])
    .nullable()
    .describe(
      "Why it became nothing: its name is unknown, it holds no number, its unit or size does not fit its name, it is in too many groups",
    ),
});

const Result = z.object({
  description: z.string().nullable(),
  data: z.record(z.string(), z.unknown()).nullable(),
  errors: z.array(z.string()),
  warnings: z.array(z.string()),
  code: z.string().nullable().describe("Why there is no data; null when there is"),
  fields: z
    .array(Field)
    .describe("What becomes of each field of the data, by its name; a mapping of the city may say otherwise"),
  refusal: z
    .string()
    .nullable()
    .describe("Why the uplink would be rejected whatever its fields give; null: it would not"),
  values: z.number().int().min(0).describe("How many values would be stored; 0: it would be a rejection"),
  printed: z.array(z.string()).describe("What the codec printed on its console"),
  steps: z.number().int().min(0).describe(`Work that it took, of ${LIMITS.steps} steps`),
  met: z.boolean().nullable().describe("Whether it is what the example expects; null: nothing was expected"),
});

const Run = z
  .object({
    problem: z.string().nullable().describe("Why the codec cannot be loaded; null: it was"),
    results: z.array(Result),
    limits: z.object({ steps: z.number().int(), memory: z.number().int(), output: z.number().int() }),
  })
  .meta({ id: "CodecRun" });
type Run = z.infer<typeof Run>;

const Sample = z.object({
  name: z.string(),
  source: z.string(),
  examples: z.array(z.record(z.string(), z.unknown())),
});

/** Codecs run in the sandbox of `@kota/codecs`, and leave nothing behind: so it needs no token. */
export function codecTrialRoutes(app: App): void {
  const inTurn = createTurns(MOST_WAITING);

  app.get(
    "/codecs/samples",
    {
      schema: {
        summary: "Payload codecs that come with kota, with their examples",
        querystring: parameters({}),
        response: answers("The codecs, by name", z.array(Sample)),
      },
    },
    async () =>
      (await sampleCodecs()).map((sample) => ({ ...sample, examples: sample.examples.map(exampleRow) })),
  );

  app.post(
    "/codecs/run",
    {
      bodyLimit: 1024 * 1024,
      schema: {
        summary: "Run a LoRa Alliance TS013 codec over uplinks in the sandbox; nothing is stored",
        description: `At most ${LONGEST_SOURCE} characters and ${MOST_UPLINKS} uplinks; ${LIMITS.steps} steps and ${LIMITS.memory} bytes for each.`,
        querystring: parameters({}),
        body: RunBody,
        response: answers("What the codec made of each", Run),
      },
    },
    ({ body: { source, uplinks, variables } }) => {
      const examples = examplesOf(uplinks);
      return inTurn(() => run(source, examples, variables));
    },
  );
}

async function run(
  source: string,
  uplinks: readonly Tried[],
  variables: Readonly<Record<string, string>>,
): Promise<Run> {
  const limits = { ...LIMITS };
  let codec: Awaited<ReturnType<typeof openCodec>>;
  try {
    codec = await openCodec(source, { limits, variables, keepsConsole: true });
  } catch (error) {
    if (error instanceof KotaError && error.code === "city_invalid") {
      return { problem: messageOf(error), results: [], limits };
    }
    throw error;
  }
  try {
    return {
      problem: null,
      limits,
      results: uplinks.map(({ example, expects }) => {
        const result = codec.decode({ ...example, recvTime: example.recvTime ?? 0 });
        const { fields, refusal } = result.data === undefined ? NO_OUTCOME : codecOutcome(result.data);
        return {
          description: example.description ?? null,
          data: result.data === undefined ? null : { ...result.data },
          errors: [...(result.errors ?? [])],
          warnings: [...(result.warnings ?? [])],
          code: result.code ?? null,
          fields: fields.map(fieldRow),
          refusal,
          values: refusal === null ? fields.filter((field) => field.metric !== null).length : 0,
          printed: [...codec.lastPrinted],
          steps: codec.lastSteps,
          met: expects ? meetsExample(result, example) : null,
        };
      }),
    };
  } finally {
    codec.close();
  }
}

const NO_OUTCOME = { fields: [], refusal: null };

function fieldRow(outcome: FieldOutcome): z.infer<typeof Field> {
  const { field, holds } = outcome;
  if (outcome.metric === null) {
    const nothing = { metric: null, value: null, unit: null, channel: null, isPossible: null };
    return { field, holds, ...nothing, why: outcome.why };
  }
  const { metric: name, value, channel, isPossible } = outcome;
  return {
    field,
    holds,
    metric: name,
    value,
    unit: metric(name)?.unit ?? null,
    channel,
    isPossible,
    why: null,
  };
}

interface Tried {
  readonly example: CodecExample;
  readonly expects: boolean;
}

function examplesOf(uplinks: readonly z.infer<typeof Uplink>[]): readonly Tried[] {
  const expects = uplinks.map((uplink) => "data" in uplink || "errors" in uplink);
  try {
    const examples = parseCodecExamples(
      uplinks.map((uplink, index) => (expects[index] ? uplink : { ...uplink, data: {} })),
    );
    return examples.map((example, index) => ({ example, expects: expects[index] ?? false }));
  } catch (error) {
    if (error instanceof KotaError) throw new HttpProblem("bad_request", error.message);
    throw error;
  }
}

function exampleRow({ bytes, recvTime, ...rest }: CodecExample): Record<string, unknown> {
  return {
    ...rest,
    bytes: Buffer.from(bytes).toString("hex"),
    ...(recvTime === undefined ? {} : { recvTime }),
  };
}
