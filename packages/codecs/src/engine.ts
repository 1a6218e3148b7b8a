import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import imported from "@jitl/quickjs-wasmfile-release-sync";
import { KotaError } from "@kota/model";
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSContext } from "quickjs-emscripten-core";
import { type EngineClock, hostFunctions } from "./host-functions.ts";
import { MemoryImage } from "./memory-image.ts";
import { GLOBAL_EXPORT, meterWasm, STEPS_EXPORT } from "./meter-wasm.ts";

// Its types describe its CommonJS form, in which the variant is one level deeper than Node imports it.
const variant = imported as unknown as typeof imported.default;

const PAGE = 65_536;
/** What the engine's module asks for at least. */
const INITIAL_PAGES = 256;
/** Room beside what a codec may allocate: the engine's own data and stack, and what its allocator wastes. */
const EXTRA_PAGES = 150;
/**
 * Of the engine's stack, enough for some 500 nested calls. Well below what the host's own stack can hold, so that a
 * recursion ends as an error of the engine, at the same depth everywhere.
 */
const STACK_BYTES = 96 << 10;

let compiled: Promise<WebAssembly.Module> | undefined;

/** The metered engine is the same for every codec, so it is rewritten and compiled once in a process. */
function compiledEngine(): Promise<WebAssembly.Module> {
  compiled ??= readFile(
    createRequire(import.meta.url).resolve("@jitl/quickjs-wasmfile-release-sync/wasm"),
  ).then((wasm) => WebAssembly.compile(meterWasm(wasm)));
  return compiled;
}

/** A QuickJS of its own, with its own memory, metered and cut off from the host. */
export interface Engine {
  readonly context: QuickJSContext;
  /** What `Date` tells inside, in place of the host's clock. */
  readonly clock: EngineClock;
  /** Steps that are left; below 0 the engine has trapped. */
  readonly steps: { value: number };
  /** Takes an image of the engine as it is now, to go back to. */
  capture(): MemoryImage;
}

/** Throws KotaError `internal` when the engine is not the one that this package was made for. */
export async function openEngine(memoryLimit: number): Promise<Engine> {
  const module = await compiledEngine();
  const memory = new WebAssembly.Memory({
    initial: INITIAL_PAGES,
    maximum: Math.max(INITIAL_PAGES, EXTRA_PAGES + Math.ceil(memoryLimit / PAGE)),
  });
  const clock: EngineClock = { now: 0 };
  let exports: WebAssembly.Exports = {};
  const quickjs = await newQuickJSWASMModuleFromVariant(
    newVariant(variant, {
      wasmMemory: memory,
      emscriptenModule: {
        instantiateWasm(imports: WebAssembly.Imports, onSuccess: (instance: WebAssembly.Instance) => void) {
          const instance = new WebAssembly.Instance(module, hostFunctions(imports, memory, clock));
          exports = instance.exports;
          onSuccess(instance);
          return exports;
        },
      },
    }),
  );
  const steps = exports[STEPS_EXPORT];
  const stack = exports[`${GLOBAL_EXPORT}0`];
  if (
    !(steps instanceof WebAssembly.Global) ||
    !(stack instanceof WebAssembly.Global) ||
    exports[`${GLOBAL_EXPORT}1`]
  ) {
    throw new KotaError(
      "internal",
      "The codec engine's only global should be its stack pointer. Use the pinned version of the engine.",
    );
  }
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(memoryLimit);
  runtime.setMaxStackSize(STACK_BYTES);
  const context = runtime.newContext();
  return { context, clock, steps, capture: () => new MemoryImage(memory, stack) };
}
