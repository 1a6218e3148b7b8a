/** What a codec may use. Beyond it the call ends with an error, and the next one starts afresh. */
export interface CodecLimits {
  /**
   * Work of one call in steps: turns of loops and functions entered inside of the engine, and blocks of 64 bytes copied.
   * The same call takes the same number on every machine, however busy. A step takes 0.5 to 6 ns. At most 2³¹ − 1.
   */
  readonly steps: number;
  /** What the codec and all that it holds may take, bytes. */
  readonly memory: number;
  /** Length of the result as JSON, characters. */
  readonly output: number;
}

/** Real codecs take 2,500 to 100,000 steps, and results of some 100 characters. */
export const DEFAULT_LIMITS: CodecLimits = { steps: 1_000_000, memory: 16 << 20, output: 64 << 10 };
