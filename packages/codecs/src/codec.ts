import { KotaError, messageOf } from "@kota/model";
import type { QuickJSContext, QuickJSHandle } from "quickjs-emscripten-core";
import { type CodecInput, type CodecResult, failure } from "./codec-result.ts";
import { CONSOLE_SCRIPT } from "./console-script.ts";
import { type Engine, openEngine } from "./engine.ts";
import { type CodecLimits, DEFAULT_LIMITS } from "./limits.ts";
import type { MemoryImage } from "./memory-image.ts";
import { nodeBuffer } from "./node-buffer.ts";
import { MEMORY, parseAnswer, STACK } from "./parse-answer.ts";
import { FIND_FUNCTIONS, PRELUDE } from "./prelude.ts";

/** The counter is an i32. */
const MAX_STEPS = 2 ** 31 - 1;
const MAX_BYTES = 4096;
/** `Date` can tell no other times. */
const MAX_TIME = 8.64e15;
/** Loading runs once; a table that is computed then may take its time. */
const LOAD_STEPS_FACTOR = 20;

export interface CodecOptions {
  /** Given to the codec as `input.variables`, or as the third argument of ChirpStack's `Decode`. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly limits?: Partial<CodecLimits>;
  /** Keeps what the codec prints, for `lastPrinted`; left out: its console is silent and costs nothing. */
  readonly keepsConsole?: boolean;
}

/** A payload codec, loaded and ready. */
export interface Codec {
  /**
   * Decodes one uplink. Never throws for what a codec does or an uplink holds. Every call finds the codec as it was
   * right after it was loaded: nothing of an earlier call is left, and the same input has the same result, always.
   * Throws KotaError `closed` after `close`.
   */
  decode(input: CodecInput): CodecResult;
  /** Steps that the last call took, of those that it may take: 0 before the first. */
  readonly lastSteps: number;
  /** What the codec printed while it was loaded and in the last call: the first 100 lines, of 500 characters each. */
  readonly lastPrinted: readonly string[];
  close(): void;
}

/**
 * Loads a codec: the text of a script with `decodeUplink(input)` (LoRa Alliance TS013), `Decode(fPort, bytes,
 * variables)` (ChirpStack v3) or `Decoder(bytes, port)` (The Things Network v2), as a global or in `module.exports`.
 * Throws KotaError `city_invalid` when the script cannot be loaded or has none of the functions.
 */
export async function openCodec(source: string, options: CodecOptions = {}): Promise<Codec> {
  const given = { ...DEFAULT_LIMITS, ...options.limits };
  const limits = { ...given, steps: Math.min(given.steps, MAX_STEPS) };
  const engine = await openEngine(limits.memory);
  const { run, said } = load(engine, source, limits, options.keepsConsole ?? false);
  return new SandboxedCodec({ engine, run, said, image: engine.capture() }, limits, options.variables ?? {});
}

interface Loaded {
  readonly engine: Engine;
  readonly run: QuickJSHandle;
  /** Gives what was printed; null when nobody keeps it. */
  readonly said: QuickJSHandle | null;
  /** The engine right after loading. */
  readonly image: MemoryImage;
}

function load(
  { context, steps }: Engine,
  source: string,
  limits: CodecLimits,
  keepsConsole: boolean,
): Pick<Loaded, "run" | "said"> {
  const makeRun = context.unwrapResult(context.evalCode(PRELUDE, "prelude.js"));
  const said = keepsConsole ? context.unwrapResult(context.evalCode(CONSOLE_SCRIPT, "console.js")) : null;
  if (/\bBuffer\b/.test(source)) context.unwrapResult(context.evalCode(nodeBuffer(), "buffer.js")).dispose();
  steps.value = Math.min(limits.steps * LOAD_STEPS_FACTOR, MAX_STEPS);
  let run: QuickJSHandle;
  try {
    evaluate(context, source, "codec.js").dispose();
    const functions = evaluate(context, FIND_FUNCTIONS, "find.js");
    const [uplink, decode, decoder] = [0, 1, 2].map((index) => context.getProp(functions, index));
    if (!uplink || !decode || !decoder) throw new Error("the engine gave no functions");
    const output = context.newNumber(limits.output);
    run = context.unwrapResult(
      context.callFunction(makeRun, context.undefined, [uplink, decode, decoder, output]),
    );
    for (const handle of [functions, uplink, decode, decoder, output, makeRun]) handle.dispose();
  } catch (error) {
    throw new KotaError("city_invalid", `The codec cannot be loaded: ${reason(error, steps.value)}`, {
      cause: error,
    });
  }
  if (context.typeof(run) !== "function") {
    throw new KotaError(
      "city_invalid",
      "The codec has no function that decodes uplinks: expected decodeUplink(input), Decode(fPort, bytes, variables) or Decoder(bytes, port).",
    );
  }
  return { run, said };
}

function evaluate(context: QuickJSContext, source: string, name: string): QuickJSHandle {
  const result = context.evalCode(source, name, { type: "global", strict: false });
  if (!result.error) return result.value;
  const dumped: unknown = context.dump(result.error);
  result.error.dispose();
  throw new Error(describe(dumped));
}

/** An error of the sandbox, as the engine copies it out. */
function describe(dumped: unknown): string {
  if (typeof dumped !== "object" || dumped === null) return String(dumped);
  const { name, message, stack } = dumped as { name?: unknown; message?: unknown; stack?: unknown };
  const line = /codec\.js:(\d+)/.exec(String(stack))?.[1];
  return `${String(name)}: ${String(message)}${line ? ` (line ${line})` : ""}`.slice(0, 1000);
}

function reason(error: unknown, steps: number): string {
  if (steps < 0) return "it does not come to an end.";
  if (error instanceof RangeError) return STACK;
  return messageOf(error);
}

class SandboxedCodec implements Codec {
  #loaded: Loaded | null;
  readonly #limits: CodecLimits;
  readonly #variables: string;
  #lastSteps = 0;
  #lastPrinted: readonly string[] = [];

  constructor(loaded: Loaded, limits: CodecLimits, variables: Readonly<Record<string, string>>) {
    this.#loaded = loaded;
    this.#limits = limits;
    this.#variables = JSON.stringify(variables);
  }

  get lastSteps(): number {
    return this.#lastSteps;
  }

  get lastPrinted(): readonly string[] {
    return this.#lastPrinted;
  }

  decode({ fPort, bytes, recvTime }: CodecInput): CodecResult {
    if (this.#loaded === null) throw new KotaError("closed", "The codec is closed.");
    if (!Number.isInteger(fPort) || fPort < 0 || fPort > 255)
      return failure("input_invalid", `fPort: expected a whole number from 0 to 255, got ${fPort}.`);
    if (bytes.length > MAX_BYTES)
      return failure("input_invalid", `bytes: expected at most ${MAX_BYTES}, got ${bytes.length}.`);
    if (!(Math.abs(recvTime) <= MAX_TIME))
      return failure("input_invalid", `recvTime: expected Unix milliseconds, got ${recvTime}.`);
    const input = `{"fPort":${fPort},"bytes":[${bytes.join()}],"recvTime":${recvTime},"variables":${this.#variables}}`;
    const { engine, image } = this.#loaded;
    image.restore();
    engine.clock.now = recvTime;
    engine.steps.value = this.#limits.steps;
    const result = this.#call(this.#loaded, input);
    this.#lastSteps = Math.min(this.#limits.steps - engine.steps.value, this.#limits.steps);
    if (this.#loaded.said !== null) this.#lastPrinted = this.#printed(engine, this.#loaded.said);
    return result;
  }

  /** An engine that the codec brought to its end may have nothing to say. */
  #printed({ context, steps }: Engine, said: QuickJSHandle): readonly string[] {
    steps.value = this.#limits.steps;
    try {
      const result = context.callFunction(said, context.undefined);
      return result.error ? [] : (JSON.parse(context.getString(result.value)) as string[]);
    } catch {
      return [];
    }
  }

  /** Handles need no freeing here: putting the memory back takes them away. */
  #call({ engine: { context, steps }, run }: Loaded, input: string): CodecResult {
    let answer: string;
    try {
      const result = context.callFunction(run, context.undefined, context.newString(input));
      if (result.error) return failed(context, result.error);
      answer = context.getString(result.value);
    } catch (error) {
      if (steps.value < 0)
        return failure("steps_exceeded", `The codec did not finish within ${this.#limits.steps} steps.`);
      if (error instanceof RangeError) return failure("stack_exceeded", STACK);
      return failure("engine_failed", `The codec engine failed: ${messageOf(error)}`);
    }
    return parseAnswer(answer, this.#limits.output);
  }

  close(): void {
    this.#loaded = null;
  }
}

/** The sandbox's own code failed around the codec, so it is out of something. */
function failed(context: QuickJSContext, error: QuickJSHandle): CodecResult {
  const text = describe(context.dump(error));
  return text.includes("stack overflow")
    ? failure("stack_exceeded", STACK)
    : failure("memory_exceeded", MEMORY);
}
