import { KotaError } from "@kota/model";

/** What the engine reserves for its stack, between its static data and its heap. */
const STACK_REGION = 5 << 20;

/**
 * The memory of an engine at one moment, to put it back: its static data and its heap. Nothing else of an engine can
 * change, as its stack is empty between calls.
 */
export class MemoryImage {
  readonly #memory: WebAssembly.Memory;
  readonly #stack: WebAssembly.Global;
  readonly #stackPointer: number;
  readonly #heapStart: number;
  readonly #data: Uint8Array;
  readonly #heap: Uint8Array;
  #view: Uint8Array;

  /** Throws KotaError `internal` when the memory is not laid out as expected. */
  constructor(memory: WebAssembly.Memory, stack: WebAssembly.Global) {
    this.#memory = memory;
    this.#stack = stack;
    this.#stackPointer = stack.value;
    this.#view = new Uint8Array(memory.buffer);
    this.#heapStart = stack.value;
    const dataEnd = this.#heapStart - STACK_REGION;
    const words = new Int32Array(memory.buffer);
    if (dataEnd <= 0 || lastUsed(words, dataEnd >> 2, (dataEnd + (STACK_REGION >> 1)) >> 2) !== null) {
      throw new KotaError(
        "internal",
        "The codec engine's memory is not laid out as data, stack and heap. Use the pinned version of the engine.",
      );
    }
    const last = lastUsed(words, this.#heapStart >> 2, words.length);
    const heapEnd = last === null ? this.#heapStart : (last + 1) << 2;
    this.#data = this.#view.slice(0, dataEnd);
    this.#heap = this.#view.slice(this.#heapStart, heapEnd);
  }

  /** Bytes. */
  get size(): number {
    return this.#data.length + this.#heap.length;
  }

  /** Puts the engine back to the moment of the image, whatever has happened to it since. */
  restore(): void {
    if (this.#view.buffer !== this.#memory.buffer) this.#view = new Uint8Array(this.#memory.buffer);
    this.#view.set(this.#data, 0);
    this.#view.set(this.#heap, this.#heapStart);
    this.#stack.value = this.#stackPointer;
  }
}

/** The last word of a range that is not 0. */
function lastUsed(words: Int32Array, start: number, end: number): number | null {
  for (let at = end - 1; at >= start; at--) if (words[at] !== 0) return at;
  return null;
}
